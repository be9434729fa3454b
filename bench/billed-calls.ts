import type { Stage } from '../cli/stage.ts';
import type { Attempt, Disturbance } from '../embedded/sdk/transport.ts';
import { DEPLOYED_TASKS } from '../lib/config/tasks.ts';
import { functionName } from '../lib/names.ts';
import type { TaskName } from '../workflows/contracts/tasks.ts';
import { PRICES } from './prices.ts';

/** What a set of functions used, and its price. */
export interface Bill {
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly dynamoRequests: number;
  readonly readUnits: number;
  /** In the region of the call; each is written once more in the other one. */
  readonly writeUnits: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly usd: number;
}

type Counts = { -readonly [Name in keyof Omit<Bill, 'usd'>]: number };

const none = (): Counts => ({
  s3Writes: 0,
  s3Reads: 0,
  dynamoRequests: 0,
  readUnits: 0,
  writeUnits: 0,
  invocations: 0,
  gbSeconds: 0,
});

/** Counts what the functions of some tasks send to S3 and DynamoDB, refused requests included, and what Lambda bills. */
export class BilledCalls implements Disturbance {
  readonly #tasks: readonly TaskName[];
  #counts = none();
  #before = { readUnits: 0, writeUnits: 0 };
  #lambda = new Map<string, { readonly invocations: number; readonly billedMs: number }>();
  stage: Stage | undefined;

  constructor(tasks: readonly TaskName[]) {
    this.#tasks = tasks;
  }

  before({ service, operation, owner }: Attempt): void {
    if (!this.#counted(owner)) return;
    if (service === 's3') this.#counts[/^(Get|Head)/.test(operation) ? 's3Reads' : 's3Writes']++;
    if (service === 'dynamodb') {
      this.#counts.dynamoRequests++;
      this.#before = this.#units();
    }
  }

  /** Between the two stands the one call: DynamoDB answers without waiting. */
  after({ service, owner }: Attempt): void {
    if (service !== 'dynamodb' || !this.#counted(owner)) return;
    const now = this.#units();
    this.#counts.readUnits += now.readUnits - this.#before.readUnits;
    this.#counts.writeUnits += now.writeUnits - this.#before.writeUnits;
  }

  /** What was used since the last call. */
  take(): Bill {
    const counts = this.#counts;
    this.#counts = none();
    for (const [arn, { invocations, billedMs }] of this.stage?.cloud.functions.counts ?? []) {
      const task = this.#tasks.find((name) => arn.endsWith(`:${functionName(name)}`));
      if (!task) continue;
      const last = this.#lambda.get(arn) ?? { invocations: 0, billedMs: 0 };
      counts.invocations += invocations - last.invocations;
      counts.gbSeconds += ((billedMs - last.billedMs) / 1_000) * (DEPLOYED_TASKS[task].memoryMb / 1_024);
      this.#lambda.set(arn, { invocations, billedMs });
    }
    return { ...counts, usd: priceOf(counts) };
  }

  #counted(owner: string): boolean {
    return this.#tasks.some((task) => owner === functionName(task));
  }

  #units() {
    return this.stage!.cloud.dynamodb.usage.of();
  }
}

const priceOf = (used: Counts): number =>
  used.s3Writes * PRICES.s3Write +
  used.s3Reads * PRICES.s3Read +
  used.readUnits * PRICES.readUnit +
  used.writeUnits * 2 * PRICES.writeUnit +
  used.invocations * PRICES.invocation +
  used.gbSeconds * PRICES.gbSecond;
