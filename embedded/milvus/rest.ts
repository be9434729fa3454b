import type { HttpAnswered, HttpAsked, HttpServer } from '../network/server.ts';
import type { Collection } from './collection.ts';
import { DEFAULT, type Milvus } from './milvus.ts';

/** Milvus's numbers of errors (pkg/util/merr/errors.go). */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

type Body = Readonly<Record<string, unknown>>;
type Route = (milvus: Milvus, body: Body) => unknown;

const text = (body: Body, name: string): string => {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refused(1802, `missing required parameters, error: ${name} is required`);
};
const database = (body: Body): string =>
  typeof body['dbName'] === 'string' && body['dbName'] !== '' ? body['dbName'] : DEFAULT;

function databaseOf(milvus: Milvus, body: Body): string {
  const name = database(body);
  if (milvus.databases.has(name)) return name;
  throw new Refused(800, `database not found[database=${name}]`);
}

function collectionOf(milvus: Milvus, body: Body): Collection {
  const [db, name] = [databaseOf(milvus, body), text(body, 'collectionName')];
  const found = milvus.find(db, name);
  if (found) return found;
  throw new Refused(100, `can't find collection[database=${db}][collection=${name}]`);
}

const inDatabase = (milvus: Milvus, body: Body): readonly Collection[] => {
  const name = databaseOf(milvus, body);
  return milvus.collections.filter((one) => one.database === name);
};

function loadState(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  if (collection.loadedAt === undefined) return { loadState: 'LoadStateNotLoad' };
  return milvus.isLoaded(collection)
    ? { loadState: 'LoadStateLoaded', loadProgress: 100 }
    : { loadState: 'LoadStateLoading', loadProgress: 50 };
}

function load(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  if (!collection.indexes.some(({ field }) => field === 'vector'))
    throw new Refused(
      700,
      `there is no vector index on field: [vector], please create index firstly[collection=${collection.name}]`,
    );
  milvus.load(collection);
  return {};
}

function renameCollection(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  const name = text(body, 'newCollectionName');
  if (milvus.find(collection.database, name))
    throw new Refused(
      65535,
      `duplicated new collection name ${collection.database}:${name} with other collection name or alias`,
    );
  collection.name = name;
  return {};
}

function count(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  if (!milvus.isLoaded(collection))
    throw new Refused(101, `collection not loaded[collection=${collection.name}]`);
  const fields = JSON.stringify(body['outputFields']);
  if (fields !== '["count(*)"]' || body['filter'] !== '')
    throw new Refused(1100, `the double counts only, and got ${fields}`);
  return [{ 'count(*)': collection.entitiesAt(milvus.world.now()).length }];
}

function describeAlias(milvus: Milvus, body: Body): object {
  const alias = text(body, 'aliasName');
  const of = inDatabase(milvus, body).find(({ aliases }) => aliases.has(alias));
  if (!of) throw new Refused(1600, `alias not found[database=${database(body)}][alias=${alias}]`);
  return { dbName: of.database, collectionName: of.name, aliasName: alias };
}

function createAlias(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  const alias = text(body, 'aliasName');
  const other = milvus.find(collection.database, alias);
  if (other && other !== collection)
    throw new Refused(
      1602,
      other.name === alias
        ? `alias and collection name conflict[database=${collection.database}][alias=${alias}]`
        : `${alias} is alias to another collection: ${other.name}: alias already exist`,
    );
  collection.aliases.add(alias);
  return {};
}

function dropAlias(milvus: Milvus, body: Body): object {
  const alias = text(body, 'aliasName');
  const of = inDatabase(milvus, body).find(({ aliases }) => aliases.has(alias));
  if (!of) throw new Refused(1600, `alias not found[database=${databaseOf(milvus, body)}][alias=${alias}]`);
  of.aliases.delete(alias);
  return {};
}

/** Since 2.5.5, and late releases of 2.4, not while it has aliases (milvus-io/milvus#40142). */
function dropCollection(milvus: Milvus, body: Body): object {
  const collection = collectionOf(milvus, body);
  if (collection.aliases.size > 0)
    throw new Refused(
      65535,
      `collection ${collection.name} has aliases that are to be removed before it is dropped`,
    );
  milvus.drop(collection);
  return {};
}

function alterDatabase(milvus: Milvus, body: Body): object {
  const properties = milvus.databases.get(databaseOf(milvus, body))!;
  for (const [key, value] of Object.entries((body['properties'] ?? {}) as object))
    properties.set(key, String(value));
  return {};
}

/** What of the RESTful API (v2) Holdfast asks for (internal/distributed/proxy/httpserver/handler_v2.go). */
const ROUTES: Readonly<Record<string, Route>> = {
  'databases/list': (milvus) => [...milvus.databases.keys()],
  'databases/alter': alterDatabase,
  'collections/list': (milvus, body) => inDatabase(milvus, body).map(({ name }) => name),
  'collections/get_load_state': loadState,
  'collections/get_stats': (milvus, body) => ({ rowCount: collectionOf(milvus, body).rowCount }),
  'collections/load': load,
  'collections/rename': renameCollection,
  'collections/drop': dropCollection,
  'entities/query': count,
  'indexes/list': (milvus, body) => collectionOf(milvus, body).indexes.map(({ name }) => name),
  'aliases/list': (milvus, body) => inDatabase(milvus, body).flatMap(({ aliases }) => [...aliases]),
  'aliases/describe': describeAlias,
  'aliases/create': createAlias,
  'aliases/drop': dropAlias,
};

/** Milvus's RESTful API: refusals come with status 200, a code and a message. */
export class MilvusRestServer implements HttpServer {
  readonly #milvus: Milvus;
  readonly #asked: HttpAsked[] = [];

  constructor(milvus: Milvus) {
    this.#milvus = milvus;
  }

  /** What was asked so far, oldest first. */
  get asked(): readonly HttpAsked[] {
    return this.#asked;
  }

  answer(request: HttpAsked): HttpAnswered {
    this.#asked.push(request);
    const { login } = this.#milvus.options;
    const authorization = request.headers['authorization'] ?? request.headers['Authorization'];
    if (login && authorization !== `Bearer ${login.username}:${login.password}`)
      return json(401, { code: 1800, message: "user hasn't authenticated" });
    const route = ROUTES[request.path.replace(/^\/v2\/vectordb\//, '')];
    if (!route || request.method !== 'POST') return { status: 404, body: '404 page not found' };
    try {
      return json(200, { code: 0, data: route(this.#milvus, JSON.parse(request.body || '{}') as Body) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return json(200, { code: error.code, message: error.message });
    }
  }
}

const json = (status: number, body: object): HttpAnswered => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
