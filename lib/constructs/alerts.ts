import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus, EventField, type IEventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ALERTS, EVENT_SOURCE, type EventName } from '../../core/catalog/events.ts';
import type { Site } from '../config/settings.ts';
import { ALERTS_KEY_ALIAS, ALERTS_TOPIC, BUS } from '../names.ts';

export interface AlertsProps {
  readonly site: Site;
  readonly undelivered: IQueue;
}

/** From facts on the bus to people: the bus, the topic, and the rule between them. */
export class Alerts extends Construct {
  readonly bus: EventBus;
  readonly topic: Topic;
  readonly #undelivered: IQueue;

  constructor(scope: Construct, id: string, { site, undelivered }: AlertsProps) {
    super(scope, id);
    this.#undelivered = undelivered;
    this.bus = new EventBus(this, 'Bus', { eventBusName: BUS, description: 'What Holdfast announces' });
    this.topic = new Topic(this, 'Topic', {
      topicName: ALERTS_TOPIC,
      displayName: 'Holdfast',
      masterKey: this.#key(site.account),
      enforceSSL: true,
    });
    // A topic with a policy of its own lets in only whom that names: without this, no alarm ever reaches anyone.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': site.account } },
      }),
    );
    for (const email of site.installation.notify.emails)
      this.topic.addSubscription(new EmailSubscription(email));
    this.#askPeople();
    new Rule(this, 'Alert', {
      ruleName: 'holdfast-alerts',
      description: 'What a person must look at goes to the alerts topic',
      eventBus: this.bus as IEventBus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [...ALERTS] },
      targets: [
        new SnsTopic(this.topic, {
          message: RuleTargetInput.fromText(
            `${EventField.detailType} in ${EventField.fromPath('$.region')}: ${EventField.fromPath('$.detail.sentence')}. What to do: ${EventField.fromPath('$.detail.runbook')}`,
          ),
          deadLetterQueue: undelivered,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }

  /** A question comes with all that it takes to answer it. The quotation marks are the rule's own, so that none are lost. */
  #askPeople(): void {
    const fact = (name: string) => EventField.fromPath(`$.detail.facts.${name}`);
    const region = EventField.fromPath('$.region');
    const id = fact('approval');
    new Rule(this, 'Question', {
      ruleName: 'holdfast-questions',
      description: 'What a person must answer goes to the alerts topic',
      eventBus: this.bus as IEventBus,
      eventPattern: { source: [EVENT_SOURCE], detailType: ['ApprovalAsked'] satisfies EventName[] },
      targets: [
        new SnsTopic(this.topic, {
          message: RuleTargetInput.fromText(
            `ApprovalAsked in ${region}: ${EventField.fromPath('$.detail.sentence')}. Refused by itself at ${fact('until')}; may be answered by ${fact('answerer')}. ` +
              `Open ${fact('link')}, start an execution and give it {"approval":"${id}","answer":"yes","by":"your name"}, or "no". ` +
              `Or: npm run holdfast -- approve ${id} --region ${region} --by "your name", and --no for no.`,
          ),
          deadLetterQueue: this.#undelivered,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }

  /** An execution that is stopped or runs past its deadline cannot record that itself: nothing in it runs any more. */
  closeStoppedExecutionsOf(machines: readonly IStateMachine[], inbox: IQueue): void {
    new Rule(this, 'Stopped', {
      ruleName: 'holdfast-stopped-executions',
      description: 'Executions that ended without a word are recorded from outside',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['TIMED_OUT', 'ABORTED', 'FAILED'],
          stateMachineArn: machines.map(({ stateMachineArn }) => stateMachineArn),
        },
      },
      targets: [new SqsQueue(inbox, { deadLetterQueue: this.#undelivered, maxEventAge: Duration.hours(24) })],
    });
  }

  /** A key of its own, because EventBridge and CloudWatch have to use it and must not touch the vault's. */
  #key(account: string): Key {
    const key = new Key(this, 'Key', {
      description: 'Holdfast: messages on the alerts topic',
      alias: ALERTS_KEY_ALIAS,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [
          new ServicePrincipal('events.amazonaws.com'),
          new ServicePrincipal('cloudwatch.amazonaws.com'),
        ],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    return key;
  }
}
