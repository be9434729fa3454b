import { dialHere } from '../../../../adapters/network/dial.ts';
import { HoldfastError } from '../../../../core/errors/registry.ts';
import type { Dial, SqlSession } from '../../../../core/ports/dial.ts';
import { type Duration, instant, later } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { Interference } from '../../../../embedded/faults/hooks.ts';
import type { Endpoint, ServerReply, SqlServer } from '../../../../embedded/network/server.ts';

export const ACCOUNT = '111122223333';
export const HOME = 'eu-central-1';
export const DATABASE: Endpoint = {
  region: HOME,
  host: 'tidb.shop.internal',
  port: 4000,
  reachableFrom: ['sg-inside'],
};
export const AT = { host: DATABASE.host, port: DATABASE.port, secret: 'arn:secret', tls: true };
export const LOGIN = { username: 'holdfast', password: 'corr3ct-horse' };

/** Answers what a test gives it, and remembers what took effect. */
export class Recording implements SqlServer {
  readonly version = '8.0.11-TiDB-v8.5.3';
  readonly took: string[] = [];
  readonly #answer: (statement: string) => ServerReply | undefined;

  constructor(answer: (statement: string) => ServerReply | undefined = () => ({ affectedRows: 1 })) {
    this.#answer = answer;
  }

  passwordOf(user: string): string | undefined {
    return user === LOGIN.username ? LOGIN.password : undefined;
  }

  connect() {
    return {
      query: (statement: string) => {
        this.took.push(statement);
        return this.#answer(statement);
      },
    };
  }
}

type Work = (dial: Dial, event: unknown) => Promise<unknown>;

/** A cloud with one function, which stands in a network or does not. */
export function cloudWith(
  work: Work,
  options: {
    readonly groups?: readonly string[];
    readonly disturb?: Partial<Interference>;
    seed?: number;
  } = {},
) {
  const { groups = ['sg-inside'], disturb = {}, seed = 1 } = options;
  const cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-11-01T00:00:00Z')),
    seed,
    account: ACCOUNT,
    disturbances: [{ before() {}, after() {}, ...disturb }],
  });
  const arn = `arn:aws:lambda:${HOME}:${ACCOUNT}:function:reach`;
  cloud.functions.createFunction({
    ...{ name: 'reach', arn, account: ACCOUNT, region: HOME, role: `arn:aws:iam::${ACCOUNT}:role/reach` },
    ...{ environment: {}, timeoutSeconds: 60, memoryMb: 128 },
    ...(groups.length > 0 && { network: { subnets: ['subnet-1'], securityGroups: groups } }),
    load: async () => ({
      start: () => {
        const dial = dialHere();
        return (event) => work(dial, event);
      },
    }),
  });
  /** What the function answered, or the name of what it threw, and how long it took. */
  const run = async (event: unknown = {}) => {
    const begun = cloud.world.now();
    let done = false;
    const outcome = cloud.functions.invoke(arn, JSON.stringify(event)).finally(() => {
      done = true;
    });
    await cloud.world.runWhile(() => !done);
    const ended = await outcome;
    const took = (cloud.world.now() - begun) as Duration;
    return ended.ok
      ? { answer: JSON.parse(ended.payload) as unknown, took }
      : { failed: ended.error, cause: ended.cause, took };
  };
  const pass = (time: Duration) => cloud.world.runUntil(later(cloud.world.now(), time));
  return { cloud, run, pass, arn };
}

/** Opens a session, says something, closes it. */
export async function saying(dial: Dial, statements: readonly string[], login = LOGIN, at = AT) {
  const session: SqlSession = await dial.mysql(at, login);
  try {
    const said = [];
    for (const statement of statements) said.push(await session.query(statement));
    return said;
  } finally {
    await session.close();
  }
}

/** What was thrown, as people and machines read it. */
export const toldOf = (thrown: unknown): string =>
  thrown instanceof HoldfastError ? `${thrown.name}: ${thrown.message}` : String(thrown);
