import type { Events, RuleSettings, RuleTarget } from '../../events/events.ts';
import type { ScheduleInput, Scheduler } from '../../events/scheduler.ts';
import type { Iam } from '../../iam/iam.ts';
import type { Creators } from '../deploy.ts';
import { list, text } from './properties.ts';

interface EventsParts {
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly iam: Iam;
}

/** Buses, rules and schedules. */
export function eventing({ events, scheduler, iam }: EventsParts): Creators {
  return {
    'AWS::Events::EventBus': (p, { region }) => {
      const name = text(p, 'Name')!;
      const arn = events.createBus(region, name);
      return { ref: name, attributes: { Arn: arn, Name: name } };
    },
    'AWS::Events::Rule': (p, { account, region, generatedName }) => {
      const name = text(p, 'Name') ?? generatedName.slice(0, 64);
      const bus = text(p, 'EventBusName');
      const state = text(p, 'State') as RuleSettings['state'];
      const arn = events.putRule({
        name,
        account,
        region,
        pattern: p['EventPattern'] as RuleSettings['pattern'],
        targets: list<RuleTarget>(p, 'Targets'),
        ...(bus === undefined ? {} : { bus }),
        ...(state === undefined ? {} : { state }),
      });
      return { ref: name, attributes: { Arn: arn } };
    },
    'AWS::Scheduler::ScheduleGroup': (p, { account, region, generatedName }) => {
      const name = text(p, 'Name') ?? generatedName.slice(0, 64);
      return {
        ref: name,
        attributes: { Arn: `arn:aws:scheduler:${region}:${account}:schedule-group/${name}` },
      };
    },
    'AWS::Scheduler::Schedule': (p, { account, region, generatedName }) => {
      const name = text(p, 'Name') ?? generatedName.slice(0, 64);
      const sourceArn = `arn:aws:scheduler:${region}:${account}:schedule-group/${text(p, 'GroupName') ?? 'default'}`;
      iam.assume({ service: 'scheduler.amazonaws.com', sourceArn, role: text(p, 'Target', 'RoleArn') });
      const arn = scheduler.putSchedule(region, { ...(p as unknown as ScheduleInput), Name: name });
      return { ref: name, attributes: { Arn: arn } };
    },
  };
}
