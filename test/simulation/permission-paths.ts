import { Buffer } from 'node:buffer';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import type { Blueprint } from '../support/world-of.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';
import { asOwner, giveSettings } from './owner.ts';
import { drills } from './permission-drills.ts';
import { rot, strays } from './permission-strays.ts';
import { Traps } from './traps.ts';

/** A point of the database ends within days, so that its snapshots are discarded too. */
const PLANS = FLEETING.plans;
export const INSTALLATION: HoldfastInput = {
  ...FLEETING,
  name: 'permissions',
  notify: { emails: ['operator@example.com'] },
  plans: {
    files: { ...PLANS['files']!, retention: { keepLast: 1, minimumKeep: 1 }, grace: '1h' },
    database: { ...PLANS['database']!, retention: { keepLast: 1, minimumKeep: 1 }, grace: '1h' },
  },
};

/** Too long for a vault with the name of its point before it, and not for where it is restored to. */
const LONG_KEY = 'l'.repeat(978);

/** Everything that Holdfast can be made to do, so that every right it has is needed at least once. */
export class Paths {
  readonly stage: Stage;
  readonly traps = new Traps();

  constructor(blueprint: Blueprint, seed: number) {
    this.stage = blueprint.stage(seed, this.traps);
    for (const name of ['a.txt', 'b.txt', 'c.txt', LONG_KEY]) this.write(name);
    giveSettings(this.stage, 'orders', HOME);
  }

  async all(): Promise<void> {
    await this.inGoodDays();
    await this.takingTurns();
    await this.failingCaptures();
    await this.failingCopies();
    await this.failingRestores();
    await this.drilled();
    await this.failingRuns();
    await strays(this.stage);
    await rot(this.stage);
    await this.undelivered();
  }

  /** Scheduled backups, copies, restores at home and away, and points that end and are discarded. */
  async inGoodDays(): Promise<void> {
    const { stage, traps } = this;
    for (const owner of ['capture-shard', 'copy-shard']) traps.lose(owner, 'CopyObject');
    for (let day = 1; day <= 3; day++) {
      stage.orders.get('orders')!.scheduleDay(4);
      this.write(`day-${day}.txt`);
      await stage.run(days(1));
      if (day === 2) await this.duplicateTriggers();
    }
    for (const region of [HOME, AWAY])
      for (const cluster of ['documents', 'orders']) await this.#restore(region, { cluster, to: 'latest' });
    const target = { bucket: 'acme-documents', prefix: 'back/' };
    for (const cluster of ['documents', 'orders'])
      for (const region of [HOME, AWAY]) {
        const copies = catalogOf(stage, region).copies.filter((copy) => copy.region === region);
        const newest = copies.filter((copy) => copy.cluster === cluster && copy.state === 'proven').at(-1)!;
        const own = cluster === 'documents' && region === HOME ? { target } : {};
        await this.#restore(region, { cluster, to: newest.id, ...own });
      }
    for (const [Key] of [...stage.cloud.s3.current(target.bucket, target.prefix)])
      this.#asOwner('DeleteObject', { Bucket: target.bucket, Key });
  }

  /** The same trigger again finds the execution that the first one started. */
  async duplicateTriggers(): Promise<void> {
    const { cloud, now } = this.stage;
    const arn = `arn:aws:lambda:${HOME}:${cloud.account}:function:holdfast-start-backups`;
    const scheduledAt = `${new Date(now).toISOString().slice(0, 19)}Z`;
    for (const plan of ['files', 'database'])
      for (let time = 0; time < 2; time++) {
        const outcome = cloud.functions.invoke(arn, JSON.stringify({ plan, rule: 'daily', scheduledAt }));
        await this.stage.until(outcome);
        await this.stage.run(hours(1));
      }
  }

  /** Two captures of one cluster: the second begins when it is polled. */
  async takingTurns(): Promise<void> {
    this.write('a.txt');
    const { stage } = this;
    let second: Execution | undefined;
    this.traps.at('capture-shard', 'CopyObject', () => {
      // By a rule's name, or in the same second it would be the same recovery point.
      second = stage.start(HOME, 'backup', { cluster: 'documents', rule: 'daily' });
    });
    await this.#backup('documents');
    await stage.until(second!.ended);
  }

  async failingCaptures(): Promise<void> {
    const { stage, traps } = this;
    const spoil = (fate: 'fails' | 'hangs') =>
      traps.at('capture-recovery-point', 'CreateDBClusterSnapshot', ({ input, call }) => {
        const { DBClusterSnapshotIdentifier: id } = input as { DBClusterSnapshotIdentifier: string };
        stage.cloud.rds.spoilSnapshot(call.region, id, fate);
      });
    spoil('fails');
    await this.#backup('orders');
    spoil('hangs');
    await this.#stopped('orders');
    spoil('hangs');
    await this.#backup('orders');
    this.write('a.txt');
    traps.at('capture-shard', 'CopyObject', () => this.#vanish('a.txt'));
    await this.#backup('documents');
    this.write('b.txt');
    await this.#stopped('documents', 'verify-recovery-point');
    this.write('b.txt');
    await this.#stopped('documents', 'capture-shard');
    this.write('c.txt');
    // What was stored is gone again before it is verified: the point is set aside.
    traps.at('verify-recovery-point', '', () => this.#loseItems());
    await this.#backup('documents');
    await stage.run(days(1));
  }

  async failingCopies(): Promise<void> {
    const { s3, account } = this.stage.cloud;
    this.write('a.txt');
    s3.tamperCopy = ({ to }) => (to.bucket === vaultName(account, AWAY) ? Buffer.from('forged') : undefined);
    await this.#backup('documents');
    await this.stage.run(hours(2));
    s3.tamperCopy = undefined;
  }

  async failingRestores(): Promise<void> {
    const { cloud } = this.stage;
    for (const region of [HOME, AWAY]) {
      cloud.s3.tamperCopy = ({ to }) =>
        to.bucket.includes('-restored-') ? Buffer.from('forged') : undefined;
      await this.#restore(region, { cluster: 'documents', to: 'latest' });
      cloud.s3.tamperCopy = undefined;
      this.traps.at('poll-restore', 'Describe', () => execution.machine && this.#stop(execution));
      const execution = this.stage.start(region, 'restore', { cluster: 'orders', to: 'latest' });
      await this.stage.until(execution.ended);
      this.traps.release();
      await this.stage.run(hours(1));
    }
  }

  /** Names that are too long for the place of a drill are gone before. */
  async drilled(): Promise<void> {
    this.#asOwner('DeleteObject', { Bucket: 'acme-documents', Key: LONG_KEY });
    await this.#backup('documents');
    await this.stage.run(hours(1));
    await drills(this.stage, this.traps);
  }

  async failingRuns(): Promise<void> {
    this.traps.cripple('discard-expired');
    this.traps.cripple('survey-region');
    this.traps.cripple('scrub-vault');
    await this.stage.run(days(1));
    this.traps.release();
  }

  /** Events that no attempt brings to their end lie in the queue, whoever gave up on them. */
  async undelivered(): Promise<void> {
    const { stage, traps } = this;
    traps.close('start-backups');
    await stage.run(days(3));
    traps.release();
    for (const owner of [
      'start-backups',
      'watch-objectives',
      'check-receipts',
      'close-stopped-execution',
      'sweep-drills',
    ])
      traps.cripple(owner);
    for (const region of [HOME, AWAY]) {
      const execution = stage.start(region, 'restore', { cluster: 'orders', to: 'latest' });
      await stage.run(minutes(2));
      this.#stop(execution);
    }
    await stage.run(days(1));
    traps.release();
    for (const target of [
      'start-backups',
      'watch-objectives',
      'stateMachine:holdfast-expire',
      'holdfast-alerts',
    ])
      traps.close(target);
    await stage.run(days(1));
    traps.release();
  }

  /** Writes an object with a tag, as its owner may. */
  write(key: string): void {
    const Body = Buffer.from(`${key} at ${this.stage.now}`);
    this.#asOwner('PutObject', { Bucket: 'acme-documents', Key: key, Body, Tagging: 'team=shop' });
  }

  #vanish(key: string): void {
    const [, version] = [...this.stage.cloud.s3.current('acme-documents', key)][0]!;
    this.#asOwner('DeleteObject', { Bucket: 'acme-documents', Key: key, VersionId: version.id });
  }

  #loseItems(): void {
    const vault = vaultName(this.stage.cloud.account, HOME);
    const newest = catalogOf(this.stage, HOME)
      .points.filter(({ cluster }) => cluster === 'documents')
      .at(-1)!;
    for (const [Key] of [...this.stage.cloud.s3.current(vault, `documents/${newest.id}/data/`)])
      this.#asOwner('DeleteObject', { Bucket: vault, Key });
  }

  #asOwner(operation: string, input: object, region = HOME): void {
    asOwner(this.stage, 's3', operation, input, region);
  }

  async #backup(cluster: string): Promise<Execution> {
    await this.stage.run(minutes(1));
    return this.stage.execute(HOME, 'backup', { cluster });
  }

  /** A backup that is stopped while a function of it is at work; the one that closes it has an hour. */
  async #stopped(cluster: string, during = 'poll-capture'): Promise<void> {
    await this.stage.run(minutes(1));
    this.traps.at(during, '', () => this.#stop(execution));
    const execution = this.stage.start(HOME, 'backup', { cluster });
    await this.stage.until(execution.ended);
    await this.stage.run(hours(1));
  }

  #stop(execution: Execution): void {
    this.stage.cloud.states.stop(execution, 'Stopped', 'by an operator');
  }

  #restore(region: string, input: object): Promise<Execution> {
    this.traps.lose('restore-shard', 'CopyObject');
    return this.stage.execute(region, 'restore', input);
  }
}
