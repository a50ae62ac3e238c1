import { performance } from 'node:perf_hooks';

/**
 * A list of named checks. Each runs whatever became of the ones before, so that one run shows
 * everything that is wrong.
 */
export class Steps {
  #rows = [];

  /** `check` answers `{ ok, output?, passed?, failed? }`; without counts it is one check. */
  async step(name, check) {
    console.log(`\n── ${name}`);
    const start = performance.now();
    const result = await check();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (!result.ok && result.output) console.log(result.output.trimEnd());
    const { ok, passed = ok ? 1 : 0, failed = ok ? 0 : 1 } = result;
    this.#rows.push({ name, ok, passed, failed, seconds });
    console.log(`   ${ok ? 'ok' : 'FAILED'} (${seconds} s)`);
    return ok;
  }

  /** Prints the list and the totals, and answers whether all went well. */
  report() {
    console.log('\nSteps');
    for (const { name, ok, passed, failed, seconds } of this.#rows) {
      const counts = passed + failed > 1 ? `  ${passed} passed, ${failed} failed` : '';
      const verdict = ok ? 'ok    ' : 'FAILED';
      console.log(`  ${verdict}  ${name.padEnd(26)} ${seconds.padStart(6)} s${counts}`);
    }
    const sum = (key) => this.#rows.reduce((total, row) => total + row[key], 0);
    console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
    return this.#rows.every((row) => row.ok);
  }
}
