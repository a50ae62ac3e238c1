/** Collects errors that nobody caught, until it is stopped. */
export function watchUncaught(): { readonly seen: readonly string[]; stop(): void } {
  const seen: string[] = [];
  const note = (error: unknown) => {
    seen.push(`nobody caught: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  return {
    seen,
    stop() {
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
    },
  };
}
