import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ATTRIBUTE = /<(?:a|link|img|script|use)\b[^>]*?\s(?:href|src)="([^"]*)"/g;
const ID = /\sid="([^"]*)"/g;
const ELSEWHERE = /^(?:[a-z]+:|\/\/)/;

/** The links of a built site that lead nowhere, or to the text of a page instead of the page, a line each. */
export function deadSiteLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, all(readFileSync(file, 'utf8'), ID));
    return ids.get(file);
  };
  return pages.flatMap((page) => {
    const file = path.join(site, page);
    const targets = all(readFileSync(file, 'utf8'), ATTRIBUTE);
    return [...targets].flatMap((target) => {
      const why = problemOf(target, file, idsOf);
      return why === undefined ? [] : [`${page}: ${target}: ${why}`];
    });
  });
}

function problemOf(target, from, idsOf) {
  if (target === '' || ELSEWHERE.test(target)) return undefined;
  const [name, anchor = ''] = target.split('#').map(decodeURIComponent);
  const file = name === '' ? from : path.join(path.dirname(from), name);
  if (!existsSync(file)) return 'there is no such file';
  if (file.endsWith('.md')) return 'a page that is not part of the site';
  if (anchor === '' || !file.endsWith('.html')) return undefined;
  return idsOf(file).has(anchor) ? undefined : 'there is no such place';
}

function all(html, pattern) {
  return new Set([...html.matchAll(pattern)].map(([, value]) => value.replaceAll('&amp;', '&')));
}
