import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from '../access/statement.ts';
import { followersOf } from '../config/followed-logs.ts';
import type { Site } from '../config/settings.ts';
import { busArn, roleName, vaultName } from '../names.ts';

/** New objects of logs in the primary's vault. */
const patternOf = ({ account, installation }: Site) => ({
  source: ['aws.s3'],
  detailType: ['Object Created'],
  detail: {
    bucket: { name: [vaultName(account, installation.regions.primary)] },
    object: { key: Match.wildcard('*/log/*') },
  },
});

/** A day is as long as EventBridge tries; what a region that is dark for longer misses is found by comparing. */
const TRIED_FOR = Duration.hours(24);

export interface FollowedLogsProps {
  readonly site: Site;
  readonly undelivered: IQueue;
}

/** In the primary: sends word of its log's objects to the bus of every region that they follow into. */
export class SentLogEvents extends Construct {
  constructor(scope: Construct, id: string, { site, undelivered }: FollowedLogsProps) {
    super(scope, id);
    const { account, region } = site;
    const followers = followersOf(site);
    const buses = followers.map((other) => busArn(account, other));
    const role = new Role(this, 'Role', {
      roleName: roleName(region, 'RunLogEvents'),
      description: `Sends word of log objects from ${region} to other regions`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    allow(role, { actions: ['events:PutEvents'], resources: buses });
    new Rule(this, 'Sent', {
      ruleName: 'holdfast-log-objects',
      description: 'Objects of logs are told of where they are to follow',
      eventPattern: patternOf(site),
      targets: buses.map(
        (arn, n) =>
          new BusTarget(EventBus.fromEventBusArn(this, `Bus${n}`, arn) as IEventBus, {
            role: role.withoutPolicyUpdates() as IRole,
            deadLetterQueue: undelivered,
          }),
      ),
    });
  }
}

export interface ReceivedLogEventsProps extends FollowedLogsProps {
  readonly bus: IEventBus;
  readonly inbox: IQueue;
}

/** In a region that logs follow into: from its bus into the queue of the function that fetches them. */
export class ReceivedLogEvents extends Construct {
  constructor(scope: Construct, id: string, { site, undelivered, bus, inbox }: ReceivedLogEventsProps) {
    super(scope, id);
    new Rule(this, 'Received', {
      ruleName: 'holdfast-log-objects',
      description: 'Objects of logs in the primary wait to be copied',
      eventBus: bus,
      eventPattern: patternOf(site),
      targets: [new SqsQueue(inbox, { deadLetterQueue: undelivered, maxEventAge: TRIED_FOR })],
    });
  }
}
