import { type Instant, iso } from '../../../core/time/instant.ts';
import { localTime } from '../local-time.ts';
import type { CcrJob } from './job.ts';
import { SYNC_STATES } from './spec.ts';

/** What `/job_progress` tells: numbers, and instants of the syncer's clock. */
export function progressOf(job: CcrJob): object {
  const { spec, createdAt, committed, fullSyncAt, incrementalSince } = job;
  const at = (instant: typeof fullSyncAt) => (instant === undefined ? '' : iso(instant));
  const seq = committed === undefined ? 0 : Number(committed);
  return {
    ...{ job_name: spec.name, sync_state: SYNC_STATES[job.progressState] },
    sub_sync_state: { state: 0, binlog_type: -1 },
    ...{ prev_commit_seq: seq, commit_seq: seq, table_mapping: {}, table_commit_seq_map: {} },
    ...{ created_at: at(createdAt), full_sync_start_at: at(fullSyncAt) },
    ...{ incremental_sync_start_at: at(incrementalSince), ingest_binlog_at: at(incrementalSince) },
  };
}

/** What `/get_lag` tells besides the number, in newer versions: of the whole binlog, consumed or not. */
export function lagDetailsOf({ binlogEnds: [first, last] }: CcrJob): object {
  const at = (instant: Instant | undefined) =>
    instant === undefined ? '1970-01-01 08:00:00' : localTime(instant, 'UTC');
  return {
    first_commit_seq: Number(first?.seq ?? 0n),
    last_commit_seq: Number(last?.seq ?? 0n),
    first_binlog_timestamp: at(first?.at),
    last_binlog_timestamp: at(last?.at),
    time_interval_secs: first && last ? Math.floor((last.at - first.at) / 1_000) : 0,
  };
}
