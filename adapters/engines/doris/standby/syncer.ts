import * as z from 'zod';
import { ServiceUnavailable, StandbyRefused } from '../../../../core/errors/registry.ts';
import type { HttpRequest, Place, Reach } from '../../../../core/ports/reach.ts';

/** What is asked of a syncer about one job. Never `/job_detail`, which answers with the passwords of both sides. */
type Endpoint = 'get_lag' | 'pause' | 'resume' | 'delete' | 'desync' | 'job_status' | 'job_progress';

export type Answer =
  | { readonly success: true; readonly told: Readonly<Record<string, unknown>> }
  /** In the syncer's own words. HTTP says 200 to that too. */
  | { readonly success: false; readonly words: string };

const reply = z.looseObject({ success: z.boolean(), error_msg: z.string().optional() });

/** One end of a replication, without its login, which is filled in inside the network. Ports are text here. */
interface CcrEnd {
  readonly host: string;
  readonly port: string;
  readonly thrift_port: string;
  readonly database: string;
  /** Empty on both ends: all tables, those to come too. */
  readonly table: '';
}

export interface CcrJob {
  readonly name: string;
  readonly src: CcrEnd;
  readonly dest: CcrEnd;
  readonly skip_error: false;
  readonly allow_table_exists: boolean;
}

/** The syncer beside a standby (contract, section 6). */
export function syncerAt(reach: Reach, place: Place) {
  const send = async (path: string, body: object, logins?: HttpRequest['logins']): Promise<Answer> => {
    const {
      status,
      body: text,
      location,
    } = await reach.http(place, {
      ...{ service: 'syncer', method: 'POST', path, body: JSON.stringify(body) },
      ...(logins && { logins }),
    });
    if (status === 303)
      throw new StandbyRefused(
        `the syncer of ${place.cluster} sends ${path} on to ${location ?? 'nowhere'}, which the configuration does not name; add its host:port to standby.syncer.others`,
      );
    const parsed = reply.safeParse(json(text));
    if (status >= 500 || !parsed.success)
      throw new ServiceUnavailable(
        `the syncer of ${place.cluster} answers ${path} with status ${status} and ${text.slice(0, 200)}; look whether it is a CCR syncer`,
      );
    const { success, error_msg: words = `status ${status}, and no word why` } = parsed.data;
    return success ? { success, told: parsed.data } : { success, words };
  };
  return {
    ask: (endpoint: Endpoint, name: string): Promise<Answer> => send(`/${endpoint}`, { name }),
    /** @param logins which login of the service each end has */
    create: (job: CcrJob, logins: { readonly src: string; readonly dest: string }): Promise<Answer> =>
      send('/create_ccr', job, logins),
    /** Names of all jobs that this syncer and those beside it have. */
    async names(): Promise<readonly string[]> {
      const answer = await send('/list_jobs', {});
      if (!answer.success)
        throw new ServiceUnavailable(
          `the syncer of ${place.cluster} does not list its jobs: ${answer.words.slice(0, 500)}`,
        );
      // The key is left out when there are none.
      return z.array(z.string()).catch([]).parse(answer.told['jobs']);
    },
  };
}

export type Syncer = ReturnType<typeof syncerAt>;

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isGone = (words: string, name: string): boolean => words.includes(`job ${name} not exist`);

/** Does what may be done twice. False when there is no such job. */
export async function didTo(
  syncer: Syncer,
  endpoint: 'pause' | 'resume' | 'delete' | 'desync',
  name: string,
): Promise<boolean> {
  const answer = await syncer.ask(endpoint, name);
  if (answer.success) return true;
  if (isGone(answer.words, name)) return false;
  throw new ServiceUnavailable(`the syncer did not ${endpoint} ${name}: ${answer.words.slice(0, 500)}`);
}
