import type { Stage } from '../../../cli/stage.ts';
import type { CopyState } from '../../../core/catalog/recovery-point.ts';
import { logPrefix } from '../../../core/log/chain.ts';
import {
  type Duration,
  earlier,
  hours,
  type Instant,
  iso,
  minutes,
  parseInstant,
} from '../../../core/time/instant.ts';
import { LOG_META_FOLDER, type LogMeta, parseWithTso } from '../../../embedded/tidb/log-files.ts';
import { instantOf } from '../../../embedded/tidb/tso.ts';
import { vaultName } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';
import type { RecordWatch, Written } from './record-watch.ts';

/** In the bin a point is whole, and undelete brings it back: its log stays too. */
const KEPT: ReadonlySet<CopyState> = new Set(['proven', 'expiring']);
/** Truncations come once a day, take minutes, and one that was cut off is carried out again by the next. */
const TRUNCATED_WITHIN: Duration = hours(32);
/**
 * BR takes an order up to where it has been for done, so the first one falls short of the beginning and a repetition says
 * a little more: what ends within this before the beginning stays until the log is truncated further. Of a log that goes
 * as a whole nothing stays.
 */
const SHORT_BY: Duration = minutes(1);

interface Moved {
  readonly from: Instant;
  readonly at: Instant;
}

/**
 * Each region truncates its logs no further than a full that it keeps needs, looked at whenever the beginning of a log
 * moves; and what is said to be gone is gone within its time.
 */
export class LogsAreKept implements Checker {
  readonly name = 'logs-are-kept';
  readonly violations: string[] = [];
  readonly #moves = new Map<string, Moved[]>();
  #stage: Stage | undefined;
  /** How often the beginning of a log moved: a run in which none did proves nothing. */
  truncations = 0;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin({ stage }: Pick<Run, 'stage'>): void {
    this.#stage = stage;
  }

  judge({ stage }: Pick<Run, 'stage'>): readonly string[] {
    return [...this.violations, ...regionsOf(stage).flatMap((region) => this.#leftIn(stage, region))];
  }

  #see({ kind, record, item, region, at }: Written): void {
    if (kind !== 'log' || !item) return;
    const from = parseInstant(String(item['from']))!;
    const moves = this.#moves.get(record) ?? [];
    this.#moves.set(record, moves);
    const before = moves.at(-1)?.from;
    if (before === from) return;
    moves.push({ from, at });
    // What covers nothing yet begins where the original does now.
    if (before === undefined || before === parseInstant(String(item['startedAt']))) return;
    this.truncations++;
    const { copies, points } = catalogOf(this.#stage!, region);
    const incremental = new Set(points.filter((point) => point.kind === 'incremental').map(({ id }) => id));
    for (const copy of copies)
      if (
        copy.cluster === item['cluster'] &&
        copy.region === region &&
        KEPT.has(copy.state) &&
        !incremental.has(copy.id) &&
        copy.takenAt! >= before &&
        copy.takenAt! < from
      )
        this.violations.push(
          `${iso(at)} the log ${item['chain']} in ${region} begins at ${iso(from)} from now on, and ${copy.id} of ${iso(copy.takenAt!)}, which is ${copy.state} there, needs what lies before`,
        );
  }

  #leftIn(stage: Stage, region: string): string[] {
    const { s3, account } = stage.cloud;
    const since = earlier(stage.now, TRUNCATED_WITHIN);
    const configured = new Set(stage.installation.clusters.map(({ name }) => name));
    return catalogOf(stage, region)
      .chains.filter((chain) => chain.region === region && configured.has(chain.cluster))
      .flatMap(({ cluster, chain, startedAt, checkpoint }) => {
        const moves = this.#moves.get(`cluster#${cluster} log#${region}#${chain}`) ?? [];
        const gone = moves.findLast(({ at }) => at < since)?.from;
        if (gone === undefined || gone === startedAt) return [];
        const until = gone === checkpoint ? gone : earlier(gone, SHORT_BY);
        const prefix = logPrefix(cluster, chain) + LOG_META_FOLDER;
        const left = [...s3.current(vaultName(account, region), prefix)].filter(([, { body }]) =>
          parseWithTso<LogMeta>(body.toString('utf8')).files.every(({ maxTs }) => instantOf(maxTs) < until),
        );
        return left.length > 0
          ? [
              `the log ${chain} of ${cluster} in ${region} begins at ${iso(gone)}, and ${left.length} files of before are left`,
            ]
          : [];
      });
  }
}
