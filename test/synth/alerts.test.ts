import { existsSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ALERTS } from '../../core/catalog/events.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized();
const primary = template(`Holdfast-${PRIMARY}`);
const recovery = template(`Holdfast-${RECOVERY}`);

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are whatever its resource types say
type Properties = Record<string, any>;

const propertiesOf = (of: Template, type: string): readonly Properties[] =>
  Object.values(of.findResources(type)).map((resource) => resource['Properties']);

describe.each([
  ['primary', primary],
  ['recovery region', recovery],
])('alerts of the %s', (_place, stack) => {
  test('every event that a person must look at goes to the topic', () => {
    stack.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['holdfast'], 'detail-type': [...ALERTS] },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    stack.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'holdfast-alerts',
      KmsMasterKeyId: Match.anyValue(),
    });
    stack.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
  });

  test('an execution that was stopped is recorded from outside, whichever machine it is of', () => {
    const rules = propertiesOf(stack, 'AWS::Events::Rule').filter(
      ({ Name }) => Name === 'holdfast-stopped-executions',
    );
    const { status, stateMachineArn } = (rules[0]!['EventPattern'] as { detail: Record<string, unknown[]> })
      .detail;
    expect(status).toEqual(['TIMED_OUT', 'ABORTED', 'FAILED']);
    expect(stateMachineArn).toHaveLength(propertiesOf(stack, 'AWS::StepFunctions::StateMachine').length);
  });

  test('and waits in a queue until that is done: Lambda alone gives up after three minutes', () => {
    stack.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'holdfast-ended',
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 60, deadLetterTargetArn: Match.anyValue() },
    });
    stack.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('every alarm is a sentence with a page that exists, and reaches the topic', () => {
    const alarms = propertiesOf(stack, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(5);
    for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
      const [, sentence, page] = /^(.+[.:].*) What to do: (\S+)$/.exec(AlarmDescription as string) ?? [];
      expect(sentence, AlarmName).toBeDefined();
      expect(existsSync(page!), page).toBe(true);
      expect(AlarmActions).toHaveLength(1);
    }
  });

  test('a broken chain of receipts rings where it is verified, once a day', () => {
    const region = stack === primary ? PRIMARY : RECOVERY;
    stack.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'holdfast-receipt-chain-broken',
      MetricName: 'ReceiptFlaws',
      Period: 3_600,
      EvaluationPeriods: 24,
      DatapointsToAlarm: 1,
      Statistic: 'Maximum',
      Dimensions: [
        { Name: 'region', Value: region },
        { Name: 'service', Value: 'CheckReceipts' },
      ],
    });
    stack.hasResourceProperties('AWS::Scheduler::Schedule', { Name: 'check-receipts' });
  });

  test('a breached objective rings where the watcher measures it, whichever cluster it is', () => {
    stack.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'holdfast-objective-breached',
      MetricName: 'BreachedClusters',
      Dimensions: [
        { Name: 'region', Value: stack === primary ? PRIMARY : RECOVERY },
        { Name: 'service', Value: 'WatchObjectives' },
      ],
    });
  });
});
