import type { Stage } from '../../../cli/stage.ts';
import type { ScheduleInput } from '../../../embedded/events/scheduler.ts';
import { regionsOf } from '../checkers/checker.ts';

/** Nothing begins by itself while the ground is laid, and everything does from then on. */
export function switchSchedules(stage: Stage, State: 'ENABLED' | 'DISABLED'): void {
  const { scheduler, account } = stage.cloud;
  for (const region of regionsOf(stage)) {
    const call = { account, region, principal: 'the owner', now: stage.now };
    const { Schedules } = scheduler.call('ListSchedules', {}, call) as {
      readonly Schedules: readonly { readonly Name: string; readonly GroupName?: string }[];
    };
    for (const { Name, GroupName } of Schedules) {
      const { Arn: _, ...input } = scheduler.call(
        'GetSchedule',
        { Name, GroupName },
        call,
      ) as ScheduleInput & {
        readonly Arn: string;
      };
      scheduler.call('UpdateSchedule', { ...input, State }, call);
    }
  }
}
