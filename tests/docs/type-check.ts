import path from 'node:path';
import ts from 'typescript';
import { root } from './documents.js';

/** Type checks files against the sources of the packages; answers the errors, a line each. */
export function typeCheck(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const packages = path.join(root, 'packages');
  const program = ts.createProgram(files, {
    ...options,
    noEmit: true,
    paths: {
      '@cachefb/*': [path.join(packages, '*/src/index.ts')],
      ioredis: [path.join(packages, 'redis/node_modules/ioredis/built/index.d.ts')],
      'prom-client': [path.join(packages, 'prometheus/node_modules/prom-client/index.d.ts')],
      redis: [path.join(packages, 'node-redis/node_modules/redis/dist/index.d.ts')],
    },
  });
  // The sources have a check of their own.
  const diagnostics = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return diagnostics.map(({ file, start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    const name = path.basename(file?.fileName ?? '');
    return `${name}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
