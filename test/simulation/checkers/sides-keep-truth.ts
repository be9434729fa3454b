import type { Checker, Run } from './checker.ts';
import type { RecordWatch } from './record-watch.ts';

/** What a move brings to a side is, at the moment at which it is there, what the other side had at the instant that was shown. */
export class SidesKeepTruth implements Checker {
  readonly name = 'sides-keep-truth';
  readonly #records: RecordWatch;
  #run: Pick<Run, 'sides'> | undefined;

  constructor(records: RecordWatch) {
    this.#records = records;
  }

  begin(run: Run): void {
    this.#run = run;
    run.sides?.watch(this.#records);
  }

  judge(): readonly string[] {
    return this.#run?.sides?.violations ?? [];
  }
}
