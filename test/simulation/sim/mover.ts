import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../../../adapters/aws/clients.ts';
import { dynamoApprovals } from '../../../adapters/aws/dynamo-approvals.ts';
import { recordsIn } from '../../../cli/operator/records-in.ts';
import type { Approval } from '../../../core/approvals/approval.ts';
import type { Epoch } from '../../../core/groups/group.ts';
import type { MoveMember } from '../../../core/groups/move.ts';
import { minutes } from '../../../core/time/instant.ts';
import type { RandomStream } from '../../../embedded/random/streams.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { CATALOG_TABLE } from '../../../lib/names.ts';
import { ending } from '../../support/world-of.ts';
import type { Desk } from './operators-desk.ts';
import type { Sides } from './sides.ts';

/** How often somebody starts it anew before they call for help. */
const STARTS = 30;
/** A page of a runbook is read, and what stood in the way is gone. */
const READING = minutes(30);
const LOOK = minutes(3);
/** Silence is most honest when nobody looks at all; a no is said by somebody who does. */
const SILENT = 0.06;
const REFUSED = 0.08;

type Machine = 'failover' | 'failback' | 'switchover';
type Said = 'yes' | 'no' | 'nothing';

interface Asked {
  readonly machine: Machine;
  /** Of each start. */
  readonly input: (nth: number) => object;
  /** Done before somebody says yes. */
  readonly beforeYes?: () => void;
  /** Done when it ended badly, before it is started again. */
  readonly mend?: () => Promise<void>;
}

/** `left`: it was not wanted any more, before anything had changed sides. */
export type Arrival = 'arrived' | 'refused' | 'left';

/**
 * Somebody on call who moves a group, and somebody else who answers: with the page of the runbook, in the console of the
 * region that takes over, until the group is where it was wanted, or somebody said no.
 */
export class Mover {
  readonly #desk: Desk;
  readonly #sides: Sides;
  readonly #chance: RandomStream;

  constructor(desk: Desk, sides: Sides, chance: RandomStream) {
    this.#desk = desk;
    this.#sides = sides;
    this.#chance = chance;
  }

  async moves(asked: Asked): Promise<Arrival> {
    const target = asked.machine === 'failback' ? this.#sides.home : this.#sides.away;
    for (let n = 0; n < STARTS; n++) {
      await this.#untilLit();
      const execution = this.#start(asked.machine, asked.input(n));
      if (!execution) continue;
      const said = await this.#answers(execution, asked);
      await execution.ended;
      const { name, message } = ending(execution);
      this.#log(`${asked.machine} ended as ${name}: ${message.slice(0, 300)}`);
      if (execution.status === 'SUCCEEDED') return 'arrived';
      const active = await this.active();
      const refused = name === 'ApprovalRefused' || name === 'ApprovalExpired';
      if (active !== target && refused && said !== 'yes') return 'refused';
      if (name === 'AlreadyActive' || (name === 'InvalidInput' && active === target)) return 'arrived';
      // Before anything has changed sides, somebody may think better of it.
      if (active !== target && this.#chance.chance(this.#desk.faults.raging ? 0.15 : 0.5)) return 'left';
      await asked.mend?.();
      await this.#world.sleep(READING);
    }
    this.#desk.violations.push(
      `the ${asked.machine} of ${this.#sides.group.name} was started ${STARTS} times and never arrived`,
    );
    return 'left';
  }

  /** The side that is the true one, as the region sees it that takes over. */
  async active(): Promise<string> {
    await this.#untilLit();
    const epoch: Epoch | undefined = await this.#records.groups.epoch(this.#sides.group.name);
    return epoch?.active ?? this.#sides.home;
  }

  /** Of the newest move. */
  async members(): Promise<readonly MoveMember[]> {
    await this.#untilLit();
    const { group } = this.#sides;
    const [move] = await this.#records.groups.moves(group.name);
    return move ? this.#records.groups.members(group.name, move.id) : [];
  }

  /** Answers whatever the execution asks. What was said last. */
  async #answers(execution: Execution, { machine, beforeYes }: Asked): Promise<Said | undefined> {
    let said: Said | undefined;
    const decided = new Map<string, Said>();
    while (execution.status === 'RUNNING') {
      await Promise.race([this.#world.sleep(LOOK), execution.ended]);
      if (execution.status !== 'RUNNING' || this.#isDark) continue;
      const open = await this.#waiting(machine);
      if (!open) continue;
      const draw = this.#chance.next();
      const answer: Said =
        decided.get(open.id) ?? (draw < SILENT ? 'nothing' : draw < SILENT + REFUSED ? 'no' : 'yes');
      decided.set(open.id, answer);
      said = answer;
      if (answer === 'nothing') continue;
      if (answer === 'yes') beforeYes?.();
      await this.#world.sleep(minutes(this.#chance.between(1, 8)));
      const answering = this.#start('answer', { approval: open.id, answer, by: 'ann' });
      await answering?.ended;
    }
    return said;
  }

  async #waiting(machine: Machine): Promise<Approval | undefined> {
    const client = connect(new DynamoDBClient({ region: this.#sides.away }), 'dynamodb', this.#sides.away);
    const about = machine === 'failover' ? 'failover' : 'writers-stopped';
    const all = await dynamoApprovals(client, CATALOG_TABLE).waiting();
    return all.find((one) => one.about === about);
  }

  #start(machine: Machine | 'answer', input: object): Execution | undefined {
    return this.#isDark ? undefined : this.#desk.stage.start(this.#sides.away, machine, input);
  }

  async #untilLit(): Promise<void> {
    while (this.#isDark) await this.#world.sleep(minutes(10));
  }

  #log(what: string): void {
    this.#world.log(`operator: ${what}`);
  }

  get #records() {
    return recordsIn(this.#sides.away);
  }

  get #isDark(): boolean {
    return this.#desk.stage.cloud.isDark(this.#sides.away);
  }

  get #world() {
    return this.#desk.stage.cloud.world;
  }
}
