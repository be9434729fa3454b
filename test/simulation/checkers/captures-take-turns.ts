import { type Instant, iso } from '../../../core/time/instant.ts';
import type { Checker, Run } from './checker.ts';
import type { RecordWatch, Written } from './record-watch.ts';

interface Compared {
  readonly at: Instant;
  /** Undefined for the first capture of a cluster, which is compared with nothing. */
  readonly base: unknown;
}

interface Sealed {
  readonly id: string;
  readonly at: Instant;
}

/**
 * Captures that share items take turns: between what one is compared with and its own seal no other of its cluster is
 * sealed. That a discard looks at two neighbours only is safe by nothing else (core/catalog/rules-lineage.ts), and what
 * it would rob otherwise may be missed months later.
 */
export class CapturesTakeTurns implements Checker {
  readonly name = 'captures-take-turns';
  readonly violations: string[] = [];
  readonly #compared = new Map<string, Compared>();
  readonly #sealed = new Map<string, Sealed[]>();
  #run: Pick<Run, 'stage'> | undefined;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin(run: Pick<Run, 'stage'>): void {
    this.#run = run;
  }

  judge(): readonly string[] {
    return this.violations;
  }

  #see({ kind, item, at }: Written): void {
    if (kind !== 'point' || !item || !this.#run?.stage.files.has(String(item['cluster']))) return;
    const id = String(item['id']);
    const compared = this.#compared.get(id);
    if (!compared || compared.base !== item['base']) this.#compared.set(id, { at, base: item['base'] });
    if (item['state'] !== 'sealed') return;
    const sealed = this.#sealed.get(String(item['cluster'])) ?? [];
    this.#sealed.set(String(item['cluster']), sealed);
    // Out of the bin it comes back as what it was.
    if (sealed.some((one) => one.id === id)) return;
    const { at: since, base } = this.#compared.get(id)!;
    for (const between of sealed.filter((one) => one.at > since && one.id !== base))
      this.violations.push(
        `${id} was compared with ${base ?? 'nothing'} at ${iso(since)} and sealed at ${iso(at)}, and ${between.id} was sealed in between at ${iso(between.at)}`,
      );
    sealed.push({ id, at });
  }
}
