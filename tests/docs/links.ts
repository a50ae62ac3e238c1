import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Document, root } from './documents.js';

/** `[text](target)`, an image, or an attribute of HTML. */
const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|\b(?:href|src|srcset)="([^"]+)"/g;
const WEB = /^(?:https?:|mailto:)/;

/** What is wrong with the links of a document, a line each. */
export function deadLinks(document: Document): string[] {
  const folder = path.dirname(path.join(root, document.name));
  return linksOf(document.text).flatMap(({ target, line }) => {
    const why = problemOf(target, folder, document);
    return why === undefined ? [] : [`${document.name}:${line}: ${target}: ${why}`];
  });
}

function problemOf(target: string, folder: string, document: Document): string | undefined {
  if (WEB.test(target)) return URL.canParse(target) ? undefined : 'no URL';
  const [file = '', anchor] = target.split('#');
  if (file === '') return headingIn(document.text, anchor);
  const found = path.join(folder, file);
  if (path.relative(root, found).startsWith('..')) return 'it leads out of the repository';
  if (!existsSync(found)) return 'there is no such file';
  // The site knows packages by their folders in the README of the repository only.
  if (statSync(found).isDirectory() && document.name !== 'README.md') return 'a folder is no page';
  if (anchor === undefined) return undefined;
  if (!found.endsWith('.md')) return 'only pages have anchors';
  return headingIn(readFileSync(found, 'utf8'), anchor);
}

function headingIn(text: string, anchor = ''): string | undefined {
  return anchorsOf(text).has(anchor) ? undefined : 'there is no such heading';
}

/** The links of a text, code left out. */
export function linksOf(text: string): { target: string; line: number }[] {
  return prose(text).flatMap((words, index) =>
    [...words.replaceAll(/`[^`]*`/g, '').matchAll(LINK)].map(([, target, attribute]) => ({
      target: target ?? attribute ?? '',
      line: index + 1,
    })),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of prose(text)) {
    const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines of a text, those of blocks of code emptied. */
function prose(text: string): string[] {
  let isCode = false;
  return text.split('\n').map((line) => {
    const isFence = line.startsWith('```');
    if (isFence) isCode = !isCode;
    return isCode || isFence ? '' : line;
  });
}
