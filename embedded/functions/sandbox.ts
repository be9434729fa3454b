import type { Platform } from '../../core/ports/platform.ts';

/** What a function is to the rest of the embedded cloud. */
export interface FunctionIdentity {
  readonly name: string;
  readonly arn: string;
  readonly role: string;
  readonly account: string;
  readonly region: string;
  /** Its network interfaces in a VPC. Absent: it stands in none, and reaches no private address. */
  readonly network?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
}

/**
 * A handler as `handlerFor` makes it: `start` is one cold start, and what it returns is the warm function.
 * Clients of AWS are created inside `start`, which is synchronous.
 */
export interface Startable {
  start(
    environment: Readonly<Record<string, string | undefined>>,
    platform: Platform,
  ): (event: unknown) => Promise<unknown>;
}

/** The process of one execution environment, as the SDK's transport sees it. */
export interface RunningFunction extends FunctionIdentity {
  /** False between invocations and for ever after a kill or a timeout: no further call may take effect. */
  readonly alive: () => boolean;
  /** Ends its run, as a crash of the process does. Nothing happens between invocations. */
  readonly kill: () => void;
}

let starting: RunningFunction | undefined;

/** Whose cold start is running at this moment. Read it when a client is created, not when it sends. */
export const currentFunction = (): RunningFunction | undefined => starting;

/** One execution environment: started once, then one invocation at a time. */
export class Sandbox {
  readonly #handle: (event: unknown) => Promise<unknown>;
  /** Id of the request that it works on. */
  requestId: string | undefined;
  /** Ends that request as a crash of the process does. */
  crash: (() => void) | undefined;
  idleSince = 0;

  constructor(
    identity: FunctionIdentity,
    handler: Startable,
    environment: Readonly<Record<string, string>>,
    platform: (alive: () => boolean) => Platform,
  ) {
    const alive = () => this.requestId !== undefined;
    const outer = starting;
    starting = { ...identity, alive, kill: () => this.crash?.() };
    try {
      this.#handle = handler.start({ ...environment }, platform(alive));
    } finally {
      starting = outer;
    }
  }

  /** Runs the handler on a copy of its own, as it would read it from the wire. */
  run(payload: string): Promise<unknown> {
    return this.#handle(JSON.parse(payload));
  }
}
