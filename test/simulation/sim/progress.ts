const EVERY_MS_PLAIN = 60_000;
const EVERY_MS_TERMINAL = 200;

/** What a long command says of itself: one line that is written anew on a terminal, elsewhere one a minute. */
export class Progress {
  readonly #terminal = process.stdout.isTTY === true;
  #said = performance.now();
  #open = false;

  /** Where it stands now. Most of these are not shown. */
  at(line: string): void {
    const now = performance.now();
    if (now - this.#said < (this.#terminal ? EVERY_MS_TERMINAL : EVERY_MS_PLAIN)) return;
    this.#said = now;
    if (!this.#terminal) {
      console.log(line);
      return;
    }
    process.stdout.write(`\r\u001b[2K${line.slice(0, Math.max(20, process.stdout.columns - 1))}`);
    this.#open = true;
  }

  /** Lines that stay. */
  say(...lines: readonly string[]): void {
    if (this.#open) process.stdout.write('\r\u001b[2K');
    this.#open = false;
    for (const line of lines) console.log(line);
  }
}
