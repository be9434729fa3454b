import { type Instant, iso } from '../../core/time/instant.ts';
import { NotModelled } from '../service.ts';
import { reader } from '../states/paths.ts';
import type { AwsEvent } from './event.ts';

/** What a rule's target receives instead of the event (eb-transform-target-input.html). */
export interface InputChoice {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

interface Rule {
  readonly name: string;
  readonly arn: string;
}

/** The JSON text that the target receives. */
export function targetInput(choice: InputChoice, event: AwsEvent, rule: Rule, now: Instant): string {
  if (choice.Input !== undefined) return choice.Input;
  if (choice.InputPath !== undefined) return JSON.stringify(at(choice.InputPath, event) ?? null);
  if (choice.InputTransformer === undefined) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = choice.InputTransformer;
  const known: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': iso(now),
    'aws.events.event.json': event,
    'aws.events.event': { ...event, detail: undefined },
  };
  for (const [name, path] of Object.entries(InputPathsMap)) known[name] = at(path, event);
  return fill(InputTemplate, known);
}

const at = (path: string, event: AwsEvent): unknown => reader(path)({ data: event as never, context: {} });

/** Inside a string a placeholder becomes text, outside it becomes JSON; what the event does not have becomes empty. */
function fill(template: string, known: Readonly<Record<string, unknown>>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    if (!Object.hasOwn(known, name)) throw new NotModelled('events', `the placeholder <${name}>`);
    const value = known[name];
    if (!quoted) return JSON.stringify(value) ?? '""';
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}
