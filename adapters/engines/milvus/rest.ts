import * as z from 'zod';
import {
  PermissionMissing,
  RestoreFailed,
  ServiceUnavailable,
  TargetNotUsable,
  Throttled,
} from '../../../core/errors/registry.ts';
import type { Place, Reach } from '../../../core/ports/reach.ts';
import { parseBigJson } from '../shared/big-json.ts';
import { redacted } from '../shared/words.ts';

/** Milvus's own numbers of errors (pkg/util/merr/errors.go). */
const COLLECTION_NOT_FOUND = 100;
const ALIAS_NOT_FOUND = 1600;
const RATE_LIMIT = 8;
/** Not ready, unavailable, too many requests, resources insufficient, collection not fully loaded. */
const PASSES: ReadonlySet<number> = new Set([1, 2, 4, 12, 103]);
/** Success is 0; releases of 2.4 and before said 200. */
const DONE: ReadonlySet<number> = new Set([0, 200]);
const MESSAGE_MAX = 300;

const answer = z.looseObject({
  code: z.number(),
  message: z.string().default(''),
  data: z.unknown().optional(),
});
const names = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const loading = z.looseObject({ loadState: z.string(), loadProgress: z.number().optional() });
const stats = z.looseObject({ rowCount: z.number() });
const counted = z.array(z.looseObject({ 'count(*)': z.union([z.number(), z.string()]) })).min(1);
const aliased = z.looseObject({ collectionName: z.string() });

/** A collection by its names. */
export interface Named {
  readonly database: string;
  readonly name: string;
}

/**
 * What Holdfast asks of Milvus itself: its RESTful API, version 2, by the function that stands in its network. Everything
 * is a POST, errors come with status 200 and a code, and integers of 64 bits are not numbers of JavaScript's.
 */
export class MilvusRest {
  readonly #reach: Reach;
  readonly #place: Place;

  constructor(reach: Reach, place: Place) {
    this.#reach = reach;
    this.#place = place;
  }

  databases = (): Promise<readonly string[]> => this.#ask('databases/list', {}, names);

  collections = (database: string): Promise<readonly string[]> =>
    this.#ask('collections/list', { dbName: database }, names);

  /** Loaded, loading with its percentage, or not. */
  async loadState(of: Named): Promise<{ readonly loaded: boolean; readonly progress: number }> {
    const { loadState, loadProgress = 0 } = await this.#ask(
      'collections/get_load_state',
      request(of),
      loading,
    );
    return { loaded: loadState === 'LoadStateLoaded', progress: loadProgress };
  }

  load = (of: Named): Promise<void> => this.#tell('collections/load', request(of));

  rename = (of: Named, name: string): Promise<void> =>
    this.#tell('collections/rename', { ...request(of), newCollectionName: name });

  /** Succeeds when there is none. */
  async drop(of: Named): Promise<void> {
    await this.#send('collections/drop', request(of), [COLLECTION_NOT_FOUND]);
  }

  /** Rows that its segments have. */
  async rows(of: Named): Promise<number> {
    return (await this.#ask('collections/get_stats', request(of), stats)).rowCount;
  }

  /** Rows that a query finds: of a loaded collection. */
  async count(of: Named): Promise<number> {
    const body = { ...request(of), filter: '', outputFields: ['count(*)'], consistencyLevel: 'Strong' };
    const [first] = await this.#ask('entities/query', body, counted);
    return Number(first!['count(*)']);
  }

  indexes = (of: Named): Promise<readonly string[]> => this.#ask('indexes/list', request(of), names);

  aliases = (database: string): Promise<readonly string[]> =>
    this.#ask('aliases/list', { dbName: database }, names);

  /** The collection that an alias stands for. */
  async aliased(database: string, alias: string): Promise<string> {
    return (await this.#ask('aliases/describe', { dbName: database, aliasName: alias }, aliased))
      .collectionName;
  }

  createAlias = ({ database, name }: Named, alias: string): Promise<void> =>
    this.#tell('aliases/create', { dbName: database, collectionName: name, aliasName: alias });

  /** Succeeds when there is none. */
  async dropAlias(database: string, alias: string): Promise<void> {
    await this.#send('aliases/drop', { dbName: database, aliasName: alias }, [ALIAS_NOT_FOUND]);
  }

  alterDatabase = (database: string, properties: Readonly<Record<string, string>>): Promise<void> =>
    this.#tell('databases/alter', { dbName: database, properties });

  async #tell(path: string, body: object): Promise<void> {
    await this.#send(path, body);
  }

  async #ask<T>(path: string, body: object, shape: z.ZodType<T>): Promise<T> {
    const parsed = shape.safeParse(await this.#send(path, body));
    if (parsed.success) return parsed.data;
    throw new RestoreFailed(
      `Milvus of ${this.#place.cluster} in ${this.#place.region} answered ${path} otherwise than documented: ${z.prettifyError(parsed.error)}; see whether its version is the configured one`,
    );
  }

  async #send(path: string, body: object, alsoFine: readonly number[] = []): Promise<unknown> {
    const reply = await this.#reach.http(this.#place, {
      service: 'rest',
      method: 'POST',
      path: `/v2/vectordb/${path}`,
      body: JSON.stringify(body),
    });
    const said = answerIn(reply.body);
    if (said && (DONE.has(said.code) || alsoFine.includes(said.code))) return said.data;
    throw this.#refused(path, body, reply.status, said ?? { code: -1, message: reply.body });
  }

  #refused(
    path: string,
    body: object,
    status: number,
    { code, message }: { code: number; message: string },
  ): Error {
    const where = `Milvus of ${this.#place.cluster} in ${this.#place.region}`;
    const said = `${path} ${JSON.stringify(body)} with ${code < 0 ? `status ${status}` : `code ${code}`}: ${redacted(message).slice(0, MESSAGE_MAX)}`;
    if (code === RATE_LIMIT || status === 429) return new Throttled(`${where} has no room for ${said}`);
    if (PASSES.has(code) || status >= 500) return new ServiceUnavailable(`${where} did not do ${said}`);
    if (status === 401 || status === 403)
      return new PermissionMissing(
        `${where} refused ${said}; give the user of reach.secret the right to create, load, rename and drop collections and to create aliases`,
      );
    return new TargetNotUsable(`${where} refused ${said}; mend that, and start the restore again`);
  }
}

const request = ({ database, name }: Named) => ({ dbName: database, collectionName: name });

function answerIn(body: string): z.output<typeof answer> | undefined {
  try {
    const parsed = answer.safeParse(parseBigJson(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
