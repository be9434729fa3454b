import { EnableHttpEndpointCommand, type RDSClient } from '@aws-sdk/client-rds';
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandOutput,
  type Field,
  type RDSDataClient,
} from '@aws-sdk/client-rds-data';
import {
  AccessRefused,
  EngineBusy,
  type Facts,
  type HoldfastError,
  InvariantViolation,
  ResourceMissing,
  ServiceUnavailable,
  TargetNotUsable,
} from '../../core/errors/registry.ts';
import type { DataApis, Database } from '../../core/ports/data-api.ts';
import type { SqlAnswer, SqlReply, SqlValue } from '../../core/ports/reach.ts';
import { faultOf, orFault } from './faults.ts';

export interface DataApiClients {
  /** With `maxAttempts: 1`: a statement that is sent twice is run twice. */
  readonly data: RDSDataClient;
  readonly rds: RDSClient;
  /** Of a cluster of this region, by its identifier. */
  readonly arnOf: (clusterId: string) => string;
}

export const rdsDataApis = ({ data, rds, arnOf }: DataApiClients): DataApis => ({
  async sql(database, statements): Promise<SqlReply> {
    const answers: SqlAnswer[] = [];
    for (const [statement, sql] of statements.entries()) {
      try {
        answers.push(answerOf(await data.send(execution(arnOf, database, sql))));
      } catch (error) {
        if (!isRefusal(error)) throw failureOf(error, database.clusterId);
        // The Data API hands on the database's own words, and no number of its own.
        const { name: code, message } = error;
        return { answers, refused: { code, errno: 0, message, statement } };
      }
    }
    return { answers };
  },
  async switchOn(clusterId) {
    await orFault(() => rds.send(new EnableHttpEndpointCommand({ ResourceArn: arnOf(clusterId) })));
  },
});

const execution = (arnOf: DataApiClients['arnOf'], to: Database, sql: string): ExecuteStatementCommand =>
  new ExecuteStatementCommand({
    resourceArn: arnOf(to.clusterId),
    secretArn: to.secret,
    ...(to.database !== undefined && { database: to.database }),
    sql,
    includeResultMetadata: true,
  });

function answerOf({
  records = [],
  columnMetadata = [],
  numberOfRecordsUpdated = 0,
}: ExecuteStatementCommandOutput): SqlAnswer {
  const names = columnMetadata.map(({ label, name }) => label ?? name ?? '');
  return {
    rows: records.map((fields) =>
      Object.fromEntries(fields.map((field, n) => [names[n] ?? String(n), textOf(field)])),
    ),
    affectedRows: numberOfRecordsUpdated,
  };
}

/** A value as text; the SDK's numbers hold whole ones up to 2^53 exactly. */
function textOf(field: Field): SqlValue {
  if (field.isNull) return null;
  const value = field.stringValue ?? field.longValue ?? field.booleanValue ?? field.doubleValue;
  if (value !== undefined) return String(value);
  throw new InvariantViolation(
    'a column of the Data API holds neither text nor number; ask for one that does',
  );
}

/** The database's own no (API_ExecuteStatement.html). */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'DatabaseErrorException' || error.name === 'BadRequestException');

type Named = new (message: string, facts: Facts, options: ErrorOptions) => HoldfastError;

/** What the names of API_ExecuteStatement.html mean that say more than their status does. */
const MEANING: Readonly<Record<string, readonly [Named, string]>> = {
  HttpEndpointNotEnabledException: [TargetNotUsable, 'switch its Data API on'],
  NotFoundException: [ResourceMissing, 'look at the cluster and the region'],
  DatabaseNotFoundException: [ResourceMissing, 'look at the cluster, the region and the database'],
  InvalidSecretException: [AccessRefused, 'look at the secret: JSON with "username" and "password"'],
  SecretsErrorException: [AccessRefused, 'look at the secret, and at who may read it'],
  InvalidResourceStateException: [EngineBusy, 'ask again later'],
  DatabaseResumingException: [ServiceUnavailable, 'it wakes up; ask again soon'],
  StatementTimeoutException: [ServiceUnavailable, 'whether the statement took effect is not known'],
};

function failureOf(error: unknown, clusterId: string): HoldfastError {
  const [Fault, hint] = (error instanceof Error && MEANING[error.name]) || [];
  if (!Fault || !(error instanceof Error)) return faultOf(error);
  return new Fault(
    `${clusterId} through its Data API: ${error.message}; ${hint}`,
    { clusterId },
    { cause: error },
  );
}
