import * as z from 'zod';
import { type Reason, reasonOf } from '../../../../core/errors/registry.ts';
import type { Seen } from '../../../../core/standby/judge.ts';
import { json, type Syncer } from './syncer.ts';

const status = z.looseObject({ state: z.string(), progress_state: z.string().default('') });
const place = z.number().int().min(0).refine(Number.isSafeInteger).optional().catch(undefined);
const lag = z.looseObject({ lag: z.number().int(), last_commit_seq: place });
const progress = z.looseObject({ commit_seq: place });

/** Neither counts binlogs one by one: what is waiting then says nothing of what is missing. */
const BRINGS_OVER = /FullSync|PartialSync|DBTablesIncrementalSync/;

/**
 * What a syncer says of one job: whether it runs, what it is at, and how far. Any question but the first may be left
 * unanswered, by a source that is gone above all.
 */
export async function lookAt(syncer: Syncer, name: string): Promise<Seen> {
  try {
    if (!(await syncer.names()).includes(name)) return { job: 'none' };
    const said = await syncer.ask('job_status', name);
    if (!said.success) return unknown(said.words);
    const state = status.safeParse(said.told['status']);
    if (!state.success) return unknown('it tells no state of its job');
    const waiting = await lagOf(syncer, name);
    const seq = await seqOf(syncer, name);
    return {
      job: 'there',
      running: state.data.state === 'running',
      fullSync: BRINGS_OVER.test(state.data.progress_state),
      lag: waiting.lag,
      ...(seq !== undefined && { seq }),
      ...(waiting.headSeq !== undefined && { headSeq: waiting.headSeq }),
    };
  } catch (error) {
    return { job: 'unknown', reason: reasonOf(error) };
  }
}

const unknown = (words: string): Seen => ({ job: 'unknown', reason: refused(words) });
const refused = (words: string): Reason => ({ name: 'StandbyRefused', message: words.slice(0, 500) });

async function lagOf(
  syncer: Syncer,
  name: string,
): Promise<{ readonly lag: number | Reason; readonly headSeq?: number }> {
  const said = await syncer.ask('get_lag', name);
  if (!said.success) return { lag: refused(said.words) };
  const told = lag.safeParse(said.told);
  if (!told.success) return { lag: refused('it tells no lag') };
  const { lag: binlogs, last_commit_seq: headSeq } = told.data;
  if (binlogs < 0) return { lag: refused(`it tells a lag of ${binlogs}`) };
  return { lag: binlogs, ...(headSeq !== undefined && { headSeq }) };
}

/** A JSON object in newer versions, the text of one in older ones. */
async function seqOf(syncer: Syncer, name: string): Promise<number | undefined> {
  const said = await syncer.ask('job_progress', name);
  if (!said.success) return undefined;
  const told = said.told['job_progress'];
  return progress.safeParse(typeof told === 'string' ? json(told) : told).data?.commit_seq;
}
