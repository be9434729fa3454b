import { type Duration, type Instant, milliseconds, seconds } from '../../core/time/instant.ts';
import type { FilesApplication } from '../applications/files.ts';
import type { EmbeddedCloud } from '../cloud.ts';
import type { Stopped, TaskIdentity } from '../ecs/hooks.ts';
import type { FunctionIdentity } from '../functions/sandbox.ts';
import type { Blow } from '../functions/settings.ts';
import type { Attempt } from '../sdk/transport.ts';
import { AwsError } from '../service.ts';
import { AroundCalls } from './around-calls.ts';
import { BitRot, type Rotted } from './bit-rot.ts';
import { Clocks } from './clocks.ts';
import { Connections } from './connections.ts';
import { Draws } from './draws.ts';
import type { Interference } from './hooks.ts';
import { type Engines, withoutOccasion } from './occasions.ts';
import { SourceChanges } from './source-changes.ts';
import { Spells } from './spells.ts';
import { Standbys } from './standbys.ts';
import { Tasks } from './tasks.ts';
import { Vectors } from './vectors.ts';
import { Warehouses } from './warehouses.ts';

/** A late delivery is refused again with this chance: half of them are minutes late, few of them hours. */
const STILL_LATE = 0.75;
const STRUCK_AFTER_MS: readonly [number, number] = [1, 3_000];
const STRETCHED_SECONDS: readonly [number, number] = [1, 600];
/** The two codes of an entry that are worth another try (PutEventsResultEntry, EventBridge API Reference). */
const ENTRY_CODES = ['InternalFailure', 'ThrottlingException'] as const;

/**
 * Chance against the system: what may go wrong around its calls and between them, each kind from its own stream of the
 * seed and as often as this run's mix says, until `heal`.
 *
 * Never injected, because no correct system could survive it:
 * - a fault that never ends. Whatever lasts is over when everything heals;
 * - both regions dark at once, or the keys of both disabled at once: there would be nobody left to do anything;
 * - the same item broken in two regions, or one that is stored in one region only: its bytes would be nowhere;
 * - a service that confirms a write and forgets it. A dark region keeps its disks here; a region whose disks are gone
 *   is a test of its own, since one does not come back from it by waiting;
 * - bytes that change together with their recorded checksum: nobody could tell; and bytes of a log that rot where they
 *   lie, which its engine finds when it reads them and no proof of Holdfast's reads;
 * - a key that is destroyed, which destroys all that lies under it, and whose waiting time of a week is longer than
 *   any run: a disabled key stands for it, and comes back;
 * - an object version that is removed for good from its source while it is being copied: nobody has its bytes then;
 * - a clock of a service that is wrong: S3, DynamoDB, RDS and Scheduler are the time that instants are told by;
 * - a call that takes effect long after its caller gave it up: AWS states for no call how long that could be, so no
 *   wait would be long enough;
 * - an operator with every right who means harm.
 *
 * Not injected, because nothing of Holdfast would notice: refusals of KMS, SNS, SQS, Lambda and CloudWatch's metrics,
 * which no function calls. S3 calls KMS for them and passes its throttling on as a SlowDown of its own, which is injected.
 *
 * A task that ECS does not show in its first seconds has no occasion either: the first look at it comes later.
 *
 * A late delivery is overtaken by those behind it, so late is out of order too. People are never disturbed: what an
 * operator or an application calls stays as it is.
 */
export class Faults extends Draws implements Interference {
  readonly #calls = new AroundCalls(this);
  readonly #clocks = new Clocks(this);
  readonly #rot = new BitRot(this);
  readonly #tasks = new Tasks(this);
  /** What befalls TiDB clusters: their fleet asks. */
  readonly spells = new Spells(this);
  readonly #connections = new Connections(this);
  /** The same for Doris, for what keeps its standbys in step, and for Milvus with its tool. */
  readonly warehouses = new Warehouses(this);
  readonly standbys = new Standbys(this);
  readonly vectors = new Vectors(this);
  #sources = new SourceChanges(this, []);

  /**
   * From here on things go wrong in this cloud, which was made with this among its disturbances. Faults that have no
   * occasion in it leave the mix.
   * @param applications whose files may change at the moment when Holdfast reads or copies them
   */
  release(
    cloud: EmbeddedCloud,
    applications: readonly FilesApplication[] = [],
    engines: Partial<Engines> = {},
  ): void {
    this.begin(cloud);
    this.#sources = new SourceChanges(this, applications);
    if (applications.length === 0)
      this.leaveOut('source-changes-under-copy', 'there is no application whose files could change');
    if (!cloud.queues.consumed) this.leaveOut('queue-redelivery', 'no function consumes a queue');
    for (const [kind, why] of withoutOccasion(engines)) this.leaveOut(kind, why);
  }

  /** Every stored object that rotted, in the order in which it happened: what may fail by name, and in one region only. */
  get rotted(): readonly Rotted[] {
    return this.#rot.rotted;
  }

  /** Lets one object of a vault rot, of those that a vault of another region holds too. */
  rot(region: string, vaults: ReadonlyMap<string, string>): void {
    this.#rot.strike(region, vaults);
  }

  before(attempt: Attempt): void {
    if (!this.raging || attempt.owner === 'operator') return;
    this.#sources.around(attempt, 'before');
    this.#calls.before(attempt);
  }

  after(attempt: Attempt): void {
    if (!this.raging || attempt.owner === 'operator') return;
    this.#sources.around(attempt, 'after');
    this.#calls.after(attempt);
  }

  refuse(target: string, attempt: number): AwsError | undefined {
    const late = attempt === 1 ? this.strikes('delivered-late') : this.#stillLate();
    if (!late) return undefined;
    this.record('delivered-late', `${target}, attempt ${attempt}`);
    return new AwsError('ThrottlingException', 'Rate exceeded');
  }

  again(target: string): boolean {
    if (!this.strikes('delivered-twice')) return false;
    this.record('delivered-twice', target);
    return true;
  }

  refuseEntry(type: string, bus: string): string | undefined {
    if (!this.strikes('put-events-partly-refused')) return undefined;
    const code = this.stream('put-events-partly-refused').pick(ENTRY_CODES);
    this.record('put-events-partly-refused', `${type} on ${bus}: ${code}`);
    return code;
  }

  redeliver(queue: string, when: 'received' | 'deleted'): boolean {
    if (!this.strikes('queue-redelivery')) return false;
    this.record('queue-redelivery', `${queue}, when a message was ${when}`);
    return true;
  }

  loseObjectEvent(key: string): boolean {
    // Whatever else hears of objects in a vault does not wait for it.
    if (!/^[^/]+\/log\//.test(key) || !this.strikes('object-event-lost')) return false;
    this.record('object-event-lost', key);
    return true;
  }

  unreachable(at: string): 'refused' | 'times-out' | undefined {
    return this.#connections.unreachable(at);
  }

  cutOff(at: string, said: string): 'before' | 'after' | 'hangs' | undefined {
    return this.#connections.cutOff(at, said);
  }

  outOfCapacity(task: TaskIdentity): boolean {
    return this.#tasks.outOfCapacity(task);
  }

  failsToStart(task: TaskIdentity): string | undefined {
    return this.#tasks.failsToStart(task);
  }

  outOfMemory(task: TaskIdentity): Duration | undefined {
    return this.#tasks.outOfMemory(task);
  }

  stopped(task: TaskIdentity): Stopped | undefined {
    return this.#tasks.stopped(task);
  }

  strike(of: FunctionIdentity): Blow | undefined {
    if (!this.strikes('killed-in-run')) return undefined;
    const chance = this.stream('killed-in-run');
    const after = milliseconds(chance.between(...STRUCK_AFTER_MS));
    this.record('killed-in-run', `${of.name} in ${of.region}, after ${after} ms unless it has ended`);
    return { after, as: chance.pick(['Runtime.ExitError', 'Lambda.Unknown']) };
  }

  clockError(region: string, now: Instant): Duration {
    return this.#clocks.error(region, now);
  }

  replicationLag(usual: Duration): Duration {
    if (!this.strikes('replication-lag')) return usual;
    const lag = seconds(this.stream('replication-lag').between(...STRETCHED_SECONDS));
    this.record('replication-lag', `${lag / 1_000} s instead of ${usual} ms`);
    return lag;
  }

  #stillLate(): boolean {
    const on = this.raging && this.strength('delivered-late') > 0;
    return on && this.stream('delivered-late').chance(STILL_LATE);
  }
}
