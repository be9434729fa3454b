import type { Duration } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CallAws, ContainerRun, Image } from './container.ts';

/** How a container ended. Without a code, nobody is left who could tell. */
export interface Exit {
  readonly code?: number;
  /** What ECS adds to it: `OutOfMemoryError: …`. */
  readonly reason?: string;
}

type Surroundings = Pick<
  ContainerRun,
  'taskArn' | 'region' | 'argv' | 'environment' | 'network' | 'memoryMib' | 'print'
>;

/** SIGKILL: 128 and 9. */
const KILLED = 137;

/**
 * The one process of a container. As process 1 it has no default for SIGTERM: without a handler it goes on until it is
 * killed.
 */
export class Process implements ContainerRun {
  readonly taskArn: string;
  readonly region: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly network: ContainerRun['network'];
  readonly memoryMib: number;
  readonly call: CallAws;
  readonly #world: World;
  readonly #print: (line: string) => void;
  readonly #handlers: (() => void)[] = [];
  #over = false;
  #finish: (exit: Exit) => void = () => {};

  constructor(
    world: World,
    { taskArn, region, argv, environment, network, memoryMib, print }: Surroundings,
    /** Makes its calls: with whether it lives, and with what kills it. */
    callAs: (alive: () => boolean, kill: () => void) => CallAws,
  ) {
    this.taskArn = taskArn;
    this.region = region;
    this.argv = argv;
    this.environment = environment;
    this.network = network;
    this.memoryMib = memoryMib;
    this.#world = world;
    this.#print = print;
    this.call = callAs(this.alive, () => this.kill());
  }

  readonly alive = (): boolean => !this.#over;

  print(line: string): void {
    if (!this.#over) this.#print(line);
  }

  async sleep(forHowLong: Duration): Promise<void> {
    await this.#world.sleep(forHowLong);
    if (this.#over) await new Promise<never>(() => {});
  }

  onTerm(handler: () => void): void {
    this.#handlers.push(handler);
  }

  /** Runs the program to its end, or until it is killed. Rejects when the double itself is broken. */
  run(image: Image): Promise<Exit> {
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      image(this).then((code) => this.#end({ code }), reject);
    });
  }

  term(): void {
    if (!this.#over) for (const handler of this.#handlers) handler();
  }

  kill(exit: Exit = { code: KILLED }): void {
    this.#end(exit);
  }

  runOutOfMemory(): void {
    this.kill({ code: KILLED, reason: 'OutOfMemoryError: Container killed due to memory usage' });
  }

  #end(exit: Exit): void {
    if (this.#over) return;
    this.#over = true;
    this.#finish(exit);
  }
}
