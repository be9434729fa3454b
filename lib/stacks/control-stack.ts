import { Duration, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { TASKS, type TaskName } from '../../workflows/contracts/tasks.ts';
import { MACHINES, type MachineName } from '../../workflows/index.ts';
import { Estate } from '../access/estate.ts';
import { entryOf } from '../code/bundle.ts';
import { followersOf, followsLogs } from '../config/followed-logs.ts';
import { heartsAt } from '../config/hearts.ts';
import { keepsLogs } from '../config/logs.ts';
import { standbysAt } from '../config/reach.ts';
import { RIGHTS } from '../config/rights.ts';
import {
  captures,
  isPrimary,
  machinesAt,
  type Settings,
  type Site,
  settingsFor,
  settingsOf,
  TURNED,
  turnedSite,
} from '../config/settings.ts';
import { DEPLOYED_TASKS } from '../config/tasks.ts';
import { Alerts } from '../constructs/alerts.ts';
import { configAsset } from '../constructs/config-asset.ts';
import { ContainerTasks } from '../constructs/container-tasks.ts';
import { DorisRoles } from '../constructs/doris-roles.ts';
import { ReceivedLogEvents, SentLogEvents } from '../constructs/followed-logs.ts';
import { Inbox } from '../constructs/inbox.ts';
import { Machine, tasksOf } from '../constructs/machine.ts';
import { ReachFunctions } from '../constructs/reach-functions.ts';
import { TaskFunction } from '../constructs/task-function.ts';
import { Triggers } from '../constructs/triggers.ts';
import { UndeliveredQueue } from '../constructs/undelivered-queue.ts';
import { Alarms } from '../monitoring/alarms.ts';
import { ENDED_QUEUE, LOG_QUEUE } from '../names.ts';

/** Functions that schedules and events call. What they owe nobody waits for, so their failures have to go somewhere. */
const UNATTENDED = {
  StartBackups: 300,
  CloseStoppedExecution: 300,
  WatchObjectives: 300,
  CheckReceipts: 600,
  // What is not through by then goes on with the next checkpoint; a message that fails comes again a minute later.
  FollowLog: 180,
  HealLog: 900,
  // Longer than the minute that it should take: the next run does not wait for it, and every number is given once.
  Beat: 180,
  // A job that is begun waits for both clusters, and a cluster that does not answer for half a minute a question.
  KeepStandbys: 240,
  StartDrills: 300,
  SweepDrills: 600,
} as const;

/** Those of them that a queue feeds: what fails stays in the queue. */
const FED: ReadonlySet<TaskName> = new Set(['CloseStoppedExecution', 'FollowLog']);

export interface ControlStackProps extends Site {
  readonly codeOf: (task: TaskName) => Code;
}

/**
 * What works in a region: functions, machines, schedules, alerts. In a recovery region it is complete for restoring:
 * nothing in it calls the primary.
 */
export class ControlStack extends Stack {
  constructor(scope: Construct, id: string, props: ControlStackProps) {
    super(scope, id, {
      env: { account: props.account, region: props.region },
      description: `Holdfast: backups and restores in ${props.region}`,
    });
    new ContainerTasks(this, 'Containers', props);
    const { resource: undelivered } = new UndeliveredQueue(this, 'Undelivered');
    const alerts = new Alerts(this, 'Alerts', { site: props, undelivered });
    const functions = this.#functions(props, undelivered);
    const machines = machinesAt(props).map(
      (machine) => new Machine(this, { site: props, machine, definition: MACHINES[machine], functions }),
    );
    const { queue: ended } = new Inbox(this, 'Ended', {
      name: ENDED_QUEUE,
      task: functions.get('CloseStoppedExecution')!,
      timeout: Duration.seconds(UNATTENDED.CloseStoppedExecution),
      undelivered,
    });
    alerts.closeStoppedExecutionsOf(
      machines.map(({ resource }) => resource),
      ended,
    );
    this.#followLogs(props, functions, alerts, undelivered);
    this.#triggers(props, functions, machines, undelivered);

    const alarms = new Alarms(this, 'Alarms', alerts.topic);
    alarms.onUndelivered(undelivered);
    for (const machine of machines) alarms.onFailuresOfMachine(machine);
    for (const task of functions.values()) if (task.task in UNATTENDED) alarms.onFailuresOf(task);
    alarms.onSilenceOf(functions.get('WatchObjectives')!);
    for (const machine of machines) alarms.onSilenceOfMachine(machine);
    alarms.onBreach(props.region);
    alarms.onRisks(props.region);
    alarms.onBrokenReceipts(props.region);
    if (isPrimary(props) && keepsLogs(props)) alarms.onLaggingLogs(props.region);
    if (heartsAt(props).length > 0) alarms.onSilentHearts(props.region);
    if (standbysAt(props).length > 0) alarms.onStandbys(props.region);
  }

  /** Objects of logs, from the primary's vault to the functions of the regions that they follow into. */
  #followLogs(
    site: Site,
    functions: ReadonlyMap<TaskName, TaskFunction>,
    { bus }: Alerts,
    undelivered: UndeliveredQueue['resource'],
  ): void {
    if (followersOf(site).length > 0) new SentLogEvents(this, 'SentLogEvents', { site, undelivered });
    const task = functions.get('FollowLog');
    if (!task) return;
    const { queue: inbox } = new Inbox(this, 'LogObjects', {
      name: LOG_QUEUE,
      task,
      timeout: Duration.seconds(UNATTENDED.FollowLog),
      batchSize: 10,
      concurrency: 10,
      undelivered,
    });
    new ReceivedLogEvents(this, 'ReceivedLogEvents', { site, undelivered, bus: bus as IEventBus, inbox });
  }

  #functions(
    props: ControlStackProps,
    undelivered: UndeliveredQueue['resource'],
  ): ReadonlyMap<TaskName, TaskFunction> {
    const here = this.#view(props, 'Config');
    const away = turnedSite(props);
    const there = away ? this.#view(away, 'TurnedConfig') : here;
    const timeouts = timeoutsAt(props);
    const functions = TASKS.filter(({ name }) => timeouts.has(name)).map((contract) => {
      const { variables, memoryMb, machine } = DEPLOYED_TASKS[contract.name];
      const turned = contract.name === 'StartBackups' || TURNED.has(machine as MachineName);
      const { settings, estate } = turned ? there : here;
      const task = new TaskFunction(this, {
        contract,
        account: props.account,
        region: props.region,
        entry: entryOf(contract.name),
        code: props.codeOf(contract.name),
        variables: variables(settingsFor(machine, settings, props)),
        memoryMb,
        timeout: Duration.seconds(timeouts.get(contract.name)!),
        ...(contract.name in UNATTENDED && !FED.has(contract.name) ? { undelivered } : {}),
      });
      RIGHTS[contract.name](estate, task.role);
      return task;
    });
    const { settings, estate } = here;
    new DorisRoles(this, 'Doris', props, estate.doris);
    new ReachFunctions(this, 'Reach', { site: props, settings, estate, codeOf: props.codeOf });
    return new Map(functions.map((fn) => [fn.task, fn]));
  }

  /** What functions are told and let do, as the installation is seen from here. */
  #view(site: Site, id: string): { readonly settings: Settings; readonly estate: Estate } {
    const { s3BucketName: bucket, s3ObjectKey: key } = configAsset(this, site.installation, id);
    return { settings: settingsOf(site, { bucket, key }), estate: new Estate(site, bucket) };
  }

  #triggers(
    props: Site,
    functions: ReadonlyMap<TaskName, TaskFunction>,
    machines: readonly Machine[],
    undelivered: UndeliveredQueue['resource'],
  ): void {
    const triggers = new Triggers(this, 'Triggers', { ...props, undelivered });
    const startBackups = functions.get('StartBackups')?.resource;
    if (startBackups)
      for (const plan of (turnedSite(props) ?? props).installation.plans)
        for (const rule of plan.rules) triggers.addRule(plan, rule, startBackups);
    triggers.addExpiry(machines.find(({ machine }) => machine === 'expire')!.resource);
    triggers.addReconciliation(
      machines.find(({ machine }) => machine === 'reconcile')!.resource,
      isPrimary(props) ? 'primary' : 'recovery',
    );
    triggers.addScrub(
      machines.find(({ machine }) => machine === 'verify')!.resource,
      isPrimary(props) ? 'primary' : 'recovery',
    );
    const supervise = machines.find(({ machine }) => machine === 'supervise');
    if (supervise) triggers.addSupervision(supervise.resource, isPrimary(props) ? 'primary' : 'recovery');
    const healLog = functions.get('HealLog')?.resource;
    if (healLog) triggers.addLogHealing(healLog);
    const beat = functions.get('Beat')?.resource;
    if (beat) triggers.addBeat(beat);
    const keepStandbys = functions.get('KeepStandbys')?.resource;
    if (keepStandbys) triggers.addStandbys(keepStandbys);
    const startDrills = functions.get('StartDrills')?.resource;
    for (const plan of props.installation.plans)
      if (startDrills && plan.drills?.region === props.region)
        triggers.addDrills(plan, plan.drills.cron, startDrills);
    triggers.addSweep(functions.get('SweepDrills')!.resource);
    triggers.addWatch(functions.get('WatchObjectives')!.resource);
    triggers.addReceiptCheck(functions.get('CheckReceipts')!.resource);
  }
}

/** The tasks that a region needs, with their timeouts: a function ends when the state that waits for it does. */
function timeoutsAt(site: Site): ReadonlyMap<TaskName, number> {
  const unattended = Object.entries(UNATTENDED) as [TaskName, number][];
  const wanted = (task: TaskName): boolean => {
    if (task === 'StartBackups') return captures(site);
    if (task === 'StartDrills')
      return site.installation.plans.some(({ drills }) => drills?.region === site.region);
    if (task === 'Beat') return heartsAt(site).length > 0;
    if (task === 'KeepStandbys') return standbysAt(site).length > 0;
    return (task !== 'FollowLog' && task !== 'HealLog') || followsLogs(site);
  };
  return new Map([
    ...machinesAt(site).flatMap((machine) => [...tasksOf(MACHINES[machine])]),
    ...unattended.filter(([task]) => wanted(task)),
  ]);
}
