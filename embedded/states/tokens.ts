import { seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError } from '../service.ts';
import { StateFailure } from './failure.ts';
import type { Life } from './life.ts';

interface Waiting {
  readonly machine: string;
  readonly settle: (how: { readonly output: string } | StateFailure) => void;
  readonly beat: () => void;
}

/** Task tokens: each attempt has its own, good until the attempt is over. */
export class Tokens {
  readonly #world: World;
  readonly #open = new Map<string, Waiting>();
  readonly #closed = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  issue(
    life: Life,
    heartbeatSeconds: number | undefined,
    machine: string,
  ): { readonly token: string; readonly output: Promise<string> } {
    const token = uuid(this.#world.random('states.tokens'));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = () => reject(new StateFailure('States.HeartbeatTimeout', 'no heartbeat came in time'));
    const watch = () => heartbeatSeconds && life.after(seconds(heartbeatSeconds), late);
    let timer = watch();
    const beat = () => {
      if (timer) timer.cancel();
      timer = watch();
    };
    const settle: Waiting['settle'] = (how) =>
      how instanceof StateFailure ? reject(how) : resolve(how.output);
    this.#open.set(token, { machine, settle, beat });
    life.onEnd(() => {
      this.#open.delete(token);
      this.#closed.set(token, machine);
    });
    const output = life.hold(promise);
    // A heartbeat may fail before anyone listens; the listener hears it all the same.
    output.catch(() => {});
    return { token, output };
  }

  settle(token: string, how: { readonly output: string } | StateFailure): void {
    const { machine, settle } = this.#find(token);
    settle(how);
    this.#open.delete(token);
    this.#closed.set(token, machine);
  }

  /** The machine whose state was given the token; undefined for one that nobody was given. */
  machineOf(token: string): string | undefined {
    return this.#open.get(token)?.machine ?? this.#closed.get(token);
  }

  beat(token: string): void {
    this.#find(token).beat();
  }

  #find(token: string): Waiting {
    const waiting = this.#open.get(token);
    if (waiting) return waiting;
    if (this.#closed.has(token))
      throw new AwsError('TaskTimedOut', 'Task Timed Out: the task has ended, or its token was used before');
    throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  }
}
