import { hours, type Instant, seconds } from '../core/time/instant.ts';
import type { TaskState } from '../embedded/ecs/store.ts';
import type { Bill } from './billed-calls.ts';
import { logStage } from './log-stage.ts';
import { PRICES } from './prices.ts';
import { AWAY, HOME } from './quiet-stage.ts';

/** 730 hours. */
export const MINUTES_A_MONTH = 43_800;
const DAYS_A_MONTH = 730 / 24;

/** What following some log objects took. */
export interface Following {
  readonly objects: number;
  readonly bill: Bill;
}

/** An event in the primary, which S3 sends because it was asked to, and one that crosses to the other region's bus. */
const EVENTS_PER_OBJECT = 2;

/** EventBridge sends each by itself; Lambda receives and deletes by batch. */
export const sqsRequests = ({ objects, bill }: Following): number => objects + 2 * bill.invocations;

/** USD for a million log objects: TiKV's own PUT, and all that brings the object to the other region. */
export function perMillion(following: Following): number {
  const { objects, bill } = following;
  const events = objects * EVENTS_PER_OBJECT * PRICES.event;
  const sqs = sqsRequests(following) * PRICES.sqsRequest;
  return ((bill.usd + events + sqs + objects * PRICES.s3Write) / objects) * 1e6;
}

/** What a log costs before an object of it moves. */
export interface Standing {
  readonly containers: number;
  readonly containerSeconds: number;
  readonly transitions: number;
  readonly bill: Bill;
  /** USD a month: containers, transitions, and what the functions call. */
  readonly usd: { readonly containers: number; readonly transitions: number; readonly functions: number };
}

/** Fargate bills from the pull of the image on, and a minute at least. */
const LEAST_SECONDS = 60;

const billedSeconds = ({ pullStartedAt, createdAt, stoppedAt }: TaskState, now: Instant): number =>
  Math.max(LEAST_SECONDS, ((stoppedAt ?? now) - (pullStartedAt ?? createdAt)) / seconds(1));

/** A day of supervision, truncation and comparison in both regions, of one cluster that writes next to nothing. */
export async function standing(): Promise<Standing> {
  const { stage, billed } = await logStage(3, 1, ['LookAtLogs', 'TendLogs', 'FailSupervision', 'HealLog']);
  try {
    const transitionsNow = () =>
      stage.cloud.states.machines
        .filter(({ name }) => name === 'holdfast-supervise')
        .reduce((sum, { counts }) => sum + counts.transitions, 0);
    const before = transitionsNow();
    billed.take();
    const tasks = new Set<TaskState>();
    const until = stage.now + hours(24);
    while (stage.now < until) {
      await stage.run(seconds(10));
      for (const region of [HOME, AWAY]) for (const task of stage.cloud.ecs.running(region)) tasks.add(task);
    }
    const bill = billed.take();
    const transitions = transitionsNow() - before;
    let containerSeconds = 0;
    let containersUsd = 0;
    for (const task of tasks) {
      const length = billedSeconds(task, stage.now);
      const { cpu, memoryMib } = task.definition;
      containerSeconds += length;
      containersUsd +=
        (length / 3_600) * ((cpu / 1_024) * PRICES.vcpuHour + (memoryMib / 1_024) * PRICES.fargateGbHour);
    }
    return {
      containers: tasks.size,
      containerSeconds,
      transitions,
      bill,
      usd: {
        containers: containersUsd * DAYS_A_MONTH,
        transitions: transitions * PRICES.transition * DAYS_A_MONTH,
        functions: bill.usd * DAYS_A_MONTH,
      },
    };
  } finally {
    stage.close();
  }
}
