import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { milliseconds, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Logs } from '../logs/logs.ts';
import type { RandomStream } from '../random/streams.ts';
import type { CallAws, Image } from './container.ts';
import { NeverStarted } from './errors.ts';
import type { TaskFaults } from './hooks.ts';
import { type Exit, Process } from './process.ts';
import { argvOf, environmentOf, rolesOf, type StartParts, streamOf } from './start.ts';
import type { LastStatus, TaskState } from './store.ts';

export interface LifeParts extends StartParts {
  readonly world: World;
  readonly chance: RandomStream;
  readonly logs: Logs;
  readonly faults: TaskFaults;
  /** The program of an image; undefined when no registry has it. */
  readonly imageOf: (name: string) => Image | undefined;
}

/** From RunTask to RUNNING it is 20 to 60 seconds: a network interface first, then secrets and the image. */
const PROVISIONING_MS: readonly [number, number] = [7_000, 20_000];
const PULLING_MS: readonly [number, number] = [13_000, 38_000];
const DEPROVISIONING_MS: readonly [number, number] = [5_000, 25_000];
/** A program's own SDK gives an answer up that does not come. */
const PATIENCE = seconds(60);

/** The life of one task, from PROVISIONING to STOPPED. */
export class Life {
  readonly #task: TaskState;
  readonly #parts: LifeParts;
  #process: Process | undefined;
  /** Its host is gone: nothing more happens by itself. */
  #lost = false;
  #interrupt: () => void = () => {};
  readonly #interrupted: Promise<void>;

  constructor(task: TaskState, parts: LifeParts) {
    this.#task = task;
    this.#parts = parts;
    this.#interrupted = new Promise((resolve) => {
      this.#interrupt = resolve;
    });
  }

  async live(): Promise<void> {
    await this.#take(PROVISIONING_MS);
    if (this.#isRunning()) this.#become('PENDING');
    let exit: Exit = {};
    try {
      exit = await this.#work();
    } catch (thrown) {
      if (!(thrown instanceof NeverStarted)) throw thrown;
      this.#decide('TaskFailedToStart', thrown.message);
    }
    if (this.#lost) return;
    this.#decide('EssentialContainerExited', 'Essential container in task exited');
    Object.assign(this.#task.container, {
      lastStatus: 'STOPPED',
      ...(exit.code === undefined ? {} : { exitCode: exit.code }),
      ...(exit.reason === undefined ? {} : { reason: exit.reason }),
    });
    if (this.#task.startedAt !== undefined) this.#task.executionStoppedAt = this.#parts.world.now();
    this.#become('DEPROVISIONING');
    await this.#parts.world.sleep(this.#drawn(DEPROVISIONING_MS));
    if (!this.#lost) this.#stopped();
  }

  /** Ends it as StopTask does: SIGTERM, and SIGKILL when the definition's stop timeout is over. */
  stop(stopCode: TaskStopCode, reason: string): void {
    if (!this.#isRunning()) return;
    this.#decide(stopCode, reason);
    const process = this.#process;
    this.#interrupt();
    if (!process) return;
    this.#become('STOPPING');
    process.term();
    this.#parts.world.after(this.#task.definition.container.stopTimeout, () => process.kill());
  }

  /** Its host is gone, and with it all that ran there. Nobody can say how the container ended. */
  lose(): void {
    if (this.#lost || this.#task.lastStatus === 'STOPPED') return;
    this.#decide('InfrastructureHealth', 'InternalError: the infrastructure that the task ran on was lost');
    this.#lost = true;
    this.#process?.kill({});
    this.#interrupt();
    this.#task.container.lastStatus = 'STOPPED';
    this.#stopped();
  }

  /** Starts the container and waits for its end. Nothing when it is not to run any more. */
  async #work(): Promise<Exit> {
    const { world, logs, faults, imageOf } = this.#parts;
    const task = this.#task;
    const { container, memoryMib } = task.definition;
    if (!this.#isRunning()) return {};
    const fault = faults.failsToStart?.(task);
    if (fault !== undefined) throw new NeverStarted(fault);
    const environment = await Promise.race([environmentOf(task, this.#parts), this.#interrupted]);
    if (!environment || !this.#isRunning()) return {};
    const stream = streamOf(task, this.#parts);
    task.pullStartedAt = world.now();
    await this.#take(PULLING_MS);
    if (!this.#isRunning()) return {};
    const image = imageOf(container.image);
    if (!image) throw new NeverStarted(cannotPull(container.image));
    task.pullStoppedAt = world.now();
    const argv = argvOf(container, task.request);
    if (stream) logs.createStream(stream);
    const { subnets = [], securityGroups = [] } =
      task.request.networkConfiguration?.awsvpcConfiguration ?? {};
    const process = new Process(
      world,
      {
        taskArn: task.arn,
        region: task.region,
        argv,
        environment,
        network: { subnets, securityGroups },
        memoryMib: Number(task.request.overrides?.memory ?? memoryMib),
        print: (line) => stream && logs.write(stream, line),
      },
      (alive, kill) => this.#callAs(alive, kill),
    );
    this.#process = process;
    task.startedAt = world.now();
    task.container.lastStatus = 'RUNNING';
    this.#become('RUNNING');
    const survives = faults.outOfMemory?.(task);
    if (survives !== undefined) world.after(survives, () => process.runOutOfMemory());
    const stopped = faults.stopped?.(task);
    if (stopped) world.after(stopped.after, () => this.stop(stopped.code, stopped.reason));
    return process.run(image);
  }

  #callAs(alive: () => boolean, kill: () => void): CallAws {
    const { task: principal } = rolesOf(this.#task);
    if (principal !== undefined)
      return this.#parts.callAs({ name: this.#task.family, principal, alive, kill, patience: PATIENCE });
    return async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
  }

  #isRunning(): boolean {
    return this.#task.desiredStatus === 'RUNNING';
  }

  /** From now on it is to stop. The first reason stays. */
  #decide(stopCode: TaskStopCode, reason: string): void {
    if (!this.#isRunning()) return;
    this.#task.desiredStatus = 'STOPPED';
    this.#task.stopCode = stopCode;
    this.#task.stoppedReason = reason;
    this.#task.stoppingAt = this.#parts.world.now();
    this.#task.version++;
  }

  #become(status: LastStatus): void {
    const { family, id, region } = this.#task;
    this.#task.lastStatus = status;
    this.#task.version++;
    this.#parts.world.log(`ecs: ${family} ${id} in ${region} is ${status}`);
  }

  #stopped(): void {
    this.#task.stoppedAt = this.#parts.world.now();
    this.#become('STOPPED');
  }

  /** Takes so long, unless it is to stop before. */
  async #take(range: readonly [number, number]): Promise<void> {
    await Promise.race([this.#parts.world.sleep(this.#drawn(range)), this.#interrupted]);
  }

  #drawn(range: readonly [number, number]) {
    return milliseconds(this.#parts.chance.between(...range));
  }
}

const cannotPull = (image: string): string =>
  `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/${image}: docker.io/${image}: not found`;
