/** A statement on a line of its own, and a comment behind it. */
const STATEMENT = /^(\s*)(?:const (\w+) = )?([^\s].*);\s+\/\/ (.+)$/;
const NO_EXPRESSION =
  /^(?:const|let|var|return|import|export|if|for|while|throw|type|class|console|[})\]])/;

/**
 * Makes the comments that are values into claims: `await cache.incr('n'); // 2` fails unless it answers 2, with words
 * behind a comma or not. A comment that does not begin with a literal is only a comment.
 */
export function withClaims(source: string): string {
  return source
    .split('\n')
    .map((line, index) => {
      const [, indent = '', name, expression = '', comment = ''] = STATEMENT.exec(line) ?? [];
      const value = [comment, comment.split(/[,;] /)[0] ?? ''].find(isLiteral);
      if (value === undefined || NO_EXPRESSION.test(expression)) return line;
      const at = index + 1;
      return name === undefined
        ? `${indent}__claim(${expression}, ${value}, ${at});`
        : `${line.slice(0, line.lastIndexOf('//'))} __claim(${name}, ${value}, ${at});`;
    })
    .join('\n');
}

function isLiteral(text: string): boolean {
  if (!/^(?:['"[{\d-]|true$|false$|null$|undefined$)/.test(text)) return false;
  try {
    new Function(`return (${text});`)();
    return true;
  } catch {
    return false;
  }
}
