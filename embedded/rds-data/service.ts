import type {
  ExecuteStatementRequest,
  ExecuteStatementResponse,
  Field,
  SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { Instant } from '../../core/time/instant.ts';
import { CATALOG } from '../rds/catalog.ts';
import type { Database } from '../rds/service.ts';
import { type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import { SqlFailure } from '../sql/failure.ts';
import { inMysqlsWords } from '../sql/mysql-words.ts';
import { type Dialect, Parser } from '../sql/parser.ts';
import { type Cell, type Result, run } from '../sql/run.ts';
import {
  badRequest,
  databaseError,
  databaseNotFound,
  databaseUnavailable,
  endpointNotEnabled,
  invalidSecret,
  notFound,
  secretsError,
  unsupportedResult,
} from './errors.ts';
import { inPostgresWords } from './postgres-words.ts';
import { storeOf } from './store.ts';

interface Parts {
  /** Undefined when there is no such cluster. */
  readonly databaseOf: (arn: string, now: Instant) => Database | undefined;
  /** The text of a secret of the region; undefined when there is none. */
  readonly secretOf: (region: string, arn: string) => string | undefined;
}

const MEMBERS: readonly (keyof ExecuteStatementRequest)[] = [
  'resourceArn',
  'secretArn',
  'sql',
  'database',
  'parameters',
  'includeResultMetadata',
];

const POSTGRES: Dialect = { quote: '"', room: ['SCHEMA'] };
const MYSQL: Dialect = { quote: '`', room: ['DATABASE', 'SCHEMA'] };

/** data-api.html, limitations: a result of more than 1 MiB is not handed on. */
const ANSWER_BYTES = 1_048_576;

/**
 * RDS's Data API: SQL over HTTPS for clusters whose HTTP endpoint is on, with the few statements of `embedded/sql`. What
 * is written lies in the cluster's own history of rows, and with it in its snapshots and restores.
 *
 * Does not model: any other statement (refused as a mistake of syntax), transactions, batches, types besides whole
 * numbers and texts, tables of several databases apart from each other, privileges, a cluster that scales to zero and
 * wakes up, statements that run out of time (a fault adds them). The wording of messages is not documented by AWS and
 * chosen here.
 */
export class RdsData implements EmbeddedService {
  readonly name = 'rds-data';
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  call(operation: string, input: object, call: Call): ExecuteStatementResponse {
    if (operation !== 'ExecuteStatement') throw new NotModelled('rds-data', operation);
    onlyModelled('rds-data', operation, input, MEMBERS);
    const request = input as ExecuteStatementRequest;
    const database = this.#entered(request, call);
    const { sql = '', parameters = [], includeResultMetadata = false } = request;
    const mysql = database.engine === 'aurora-mysql';
    try {
      const result = run(Parser.parse(sql, mysql ? MYSQL : POSTGRES), {
        store: storeOf(database.history, call.now),
        database: mysql ? request.database : 'public',
        parameter: (name) => parameterOf(parameters, name),
      });
      return answerOf(result, includeResultMetadata);
    } catch (thrown) {
      if (!(thrown instanceof SqlFailure)) throw thrown;
      const { errno, message } = inMysqlsWords(thrown.trouble, 'MySQL');
      throw databaseError(
        mysql ? `Database error code: ${errno}. Message: ${message}` : inPostgresWords(thrown.trouble),
      );
    }
  }

  /** The database, with the login of the secret, once it lets that in. */
  #entered({ resourceArn = '', secretArn = '', database }: ExecuteStatementRequest, call: Call): Database {
    const found = resourceArn.split(':')[3] === call.region && this.#parts.databaseOf(resourceArn, call.now);
    if (!found) throw notFound(`The resource ${resourceArn} can't be found`);
    if (!found.httpEndpoint)
      throw endpointNotEnabled(`HttpEndpoint is not enabled for resource ${resourceArn}`);
    if (found.instances.length === 0) throw databaseNotFound(`${resourceArn} doesn't have a DB instance`);
    if (!found.instances.includes('available'))
      throw databaseUnavailable(`The writer instance of ${resourceArn} isn't available`);
    const { username, password } = this.#login(call.region, secretArn);
    const known = found.history.table(CATALOG.users).get(username)?.['password'];
    if (known !== password)
      throw databaseError(`FATAL: password authentication failed for user "${username}"; SQLState: 28P01`);
    if (database !== undefined && !found.history.table(CATALOG.databases).has(database))
      throw databaseError(`FATAL: database "${database}" does not exist; SQLState: 3D000`);
    return found;
  }

  #login(region: string, arn: string): { readonly username: string; readonly password: string } {
    const text = this.#parts.secretOf(region, arn);
    if (text === undefined) throw secretsError(`Error fetching secret ${arn}: it can't be found`);
    const { username, password } = parsed(text);
    if (typeof username !== 'string' || typeof password !== 'string')
      throw invalidSecret(`The secret ${arn} isn't JSON with "username" and "password"`);
    return { username, password };
  }
}

function parsed(text: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

function parameterOf(parameters: readonly SqlParameter[], name: string): number {
  const value = parameters.find((parameter) => parameter.name === name)?.value;
  if (!value) throw badRequest(`Cannot find parameter: ${name}`);
  if (value.longValue === undefined)
    throw new NotModelled('rds-data', `the parameter ${name}, which is no whole number`);
  return value.longValue;
}

function answerOf(result: Result, withMetadata: boolean): ExecuteStatementResponse {
  if ('affectedRows' in result) return { numberOfRecordsUpdated: result.affectedRows, generatedFields: [] };
  const records = result.rows.map((row) => row.map(fieldOf));
  if (Buffer.byteLength(JSON.stringify(records)) > ANSWER_BYTES)
    throw unsupportedResult('Database returned more than the allowed response size limit');
  return {
    numberOfRecordsUpdated: 0,
    records,
    ...(withMetadata && {
      columnMetadata: result.columns.map((name) => ({ name, label: name, typeName: 'int8' })),
    }),
  };
}

function fieldOf(cell: Cell): Field {
  if (cell === null) return { isNull: true };
  return typeof cell === 'number' ? { longValue: cell } : { stringValue: cell };
}
