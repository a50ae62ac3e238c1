/**
 * So many callers at once, each awaiting its own command before it sends the next, until so many operations are done.
 * `operation` gets a running number.
 */
export async function callers(
  count: number,
  operations: number,
  operation: (turn: number) => Promise<unknown>,
): Promise<void> {
  let turn = 0;
  const caller = async () => {
    while (turn < operations) await operation(turn++);
  };
  await Promise.all(Array.from({ length: count }, caller));
}
