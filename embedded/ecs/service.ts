import { later, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Iam } from '../iam/iam.ts';
import type { Logs } from '../logs/logs.ts';
import type { Owner } from '../sdk/transport.ts';
import { type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import { runTask } from './api-run.ts';
import { describeTasks, listTasks, stopTask } from './api-tasks.ts';
import type { CallAws, Image } from './container.ts';
import type { TaskFaults } from './hooks.ts';
import type { LifeParts } from './life.ts';
import type { Operation } from './operation.ts';
import { definitionIn, type RegionStore, type Task } from './store.ts';
import { checkTaskDefinition, type TaskDefinition, type TaskDefinitionSettings } from './task-definition.ts';

interface EcsParts {
  readonly world: World;
  readonly logs: Logs;
  readonly faults: TaskFaults;
  readonly callAs: (owner: Owner) => CallAws;
  /** Says which roles tasks may take on, and what the agent may do with them. */
  readonly iam: Pick<Iam, 'act' | 'assume'>;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  RunTask: runTask,
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  StopTask: stopTask,
};

/** For how long after RunTask a look may not find the task: the API is eventually consistent (RunTask). */
const MAY_BE_MISSING = seconds(10);

/**
 * ECS with Fargate: task definitions of one container, and tasks that run it once. An image is a program in this
 * process, which sees of its surroundings what `ContainerRun` shows it.
 *
 * Does not model: services, EC2 and Spot, capacity providers, more than one container in a task, health checks, volumes,
 * file systems and users, a default entry point of an image, registries that ask for a login, the network between a
 * task and what it calls, quotas and launch rates, the status ACTIVATING, task retirement, the event `ECS Task State
 * Change`, tags of task definitions that change, secrets from Systems Manager, log drivers besides awslogs, CPU and
 * memory that a program really uses. The wording of several messages and how a task looks whose region was lost are not
 * documented by AWS and chosen here.
 */
export class Ecs implements EmbeddedService {
  readonly name = 'ecs';
  readonly #parts: EcsParts;
  readonly #life: LifeParts;
  readonly #regions = new Map<string, RegionStore>();
  readonly #images = new Map<string, Image>();

  constructor(parts: EcsParts) {
    const { world, logs, faults, callAs, iam } = parts;
    this.#parts = parts;
    this.#life = {
      ...{ world, logs, faults, callAs },
      permit: (acting, action, resource) => iam.act(acting, action, resource),
      chance: world.random('ecs'),
      imageOf: (name) => this.#images.get(repositoryOf(name)),
    };
  }

  call(name: string, input: object, call: Call): object {
    const operation = OPERATIONS[name];
    if (!operation) throw new NotModelled('ecs', name);
    onlyModelled('ecs', name, input, operation.members);
    const { faults, iam } = this.#parts;
    return operation.run(input, {
      call,
      here: this.#region(call.region),
      life: this.#life,
      faults,
      assume: (role, sourceArn) => iam.assume({ service: 'ecs-tasks.amazonaws.com', role, sourceArn }),
      isMissing: (task) =>
        call.now <= later(task.createdAt, MAY_BE_MISSING) && (faults.missing?.(task) ?? false),
    });
  }

  /** Registers the program behind an image's name, for all of its tags: `pingcap/br` runs `pingcap/br:v8.5.2`. */
  addImage(repository: string, image: Image): void {
    this.#images.set(repository, image);
  }

  /** Puts a cluster there, if it is not there yet, and answers its ARN. */
  createCluster({ region, account, name }: { region: string; account: string; name: string }): string {
    const { clusters } = this.#region(region);
    const arn = `arn:aws:ecs:${region}:${account}:cluster/${name}`;
    if (!clusters.has(name)) clusters.set(name, { name, arn, tasks: new Map(), tokens: new Map() });
    return arn;
  }

  /** Registers the next revision of a family and answers its ARN. */
  registerTaskDefinition(settings: TaskDefinitionSettings): string {
    checkTaskDefinition(settings);
    const { region, account, family } = settings;
    const { families } = this.#region(region);
    const revisions = families.get(family) ?? [];
    families.set(family, revisions);
    const revision = revisions.length + 1;
    const arn = `arn:aws:ecs:${region}:${account}:task-definition/${family}:${revision}`;
    revisions.push({ ...settings, arn, revision, active: true });
    return arn;
  }

  /** No task can be started from it any more. What runs goes on. */
  deregisterTaskDefinition(arn: string): void {
    for (const { families } of this.#regions.values())
      for (const revision of [...families.values()].flat()) if (revision.arn === arn) revision.active = false;
  }

  /** What RunTask would start for a name or ARN; undefined when it would refuse. */
  definitionOf(region: string, named: string): TaskDefinition | undefined {
    try {
      return definitionIn(this.#region(region), named);
    } catch {
      return undefined;
    }
  }

  /** The tasks that a region knows and that have not stopped, oldest first. */
  running(region: string): readonly Task[] {
    return [...this.#region(region).clusters.values()]
      .flatMap(({ tasks }) => [...tasks.values()])
      .filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  }

  /** Every task in the region dies with it. */
  loseRegion(region: string): void {
    for (const task of this.running(region)) task.life.lose();
  }

  #region(region: string): RegionStore {
    let store = this.#regions.get(region);
    if (!store) {
      store = { clusters: new Map(), families: new Map() };
      this.#regions.set(region, store);
    }
    return store;
  }
}

/** A name without its tag or digest. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
