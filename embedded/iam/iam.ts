import type { Attempt } from '../sdk/transport.ts';
import { AwsError, type ServiceName } from '../service.ts';
import { evaluate, type Need, type PolicyDocument } from './evaluate.ts';
import { needsOf, type Surroundings } from './needs.ts';
import { type Grant, Policies } from './policies.ts';

/** A service that does something by itself: for a rule, a schedule, an alarm, a machine. */
export interface Acting {
  /** `events.amazonaws.com`, … */
  readonly service: string;
  /** The resource that it does it for: what its role's trust, or the target's policy, may ask for. */
  readonly sourceArn: string;
  /** The role that it takes on. Without one, the target's own policy has to let the service in. */
  readonly role?: string | undefined;
}

/** A call that was not allowed. */
export interface Refusal {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
}

interface RoleEntry {
  readonly policies: Policies;
  readonly trust: Policies;
}

/** How each service says no: JSON protocols name the exception, query and XML ones have a code too. */
const DENIALS: Partial<Record<ServiceName, { readonly name: string; readonly status: number }>> = {
  s3: { name: 'AccessDenied', status: 403 },
  rds: { name: 'AccessDenied', status: 403 },
  ec2: { name: 'UnauthorizedOperation', status: 403 },
  lambda: { name: 'AccessDeniedException', status: 403 },
  'rds-data': { name: 'AccessDeniedException', status: 403 },
};
/** Who sends needs both uses of the key; who consumes reads only (sqs-key-management.html). */
const KEY_USES: Readonly<Record<string, readonly string[]>> = {
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sqs:DeleteMessage': [],
  'sqs:GetQueueAttributes': [],
};
const DENIAL = { name: 'AccessDeniedException', status: 400 };

/**
 * The permissions of the embedded cloud, from the synthesized templates: roles with their trust and their policies, and
 * the policies of buckets, keys, functions, queues and topics. Authorised are every call through the SDK, what
 * machines, schedules, rules and alarms do by themselves (`act`), and what S3, RDS and SNS do with a key for whoever
 * calls them. A person and the protected application (principals that are no role of ours) may do anything that no
 * policy denies, as an administrator of the account may.
 *
 * Does not model: permission boundaries, service control policies, session policies, cross-account access, grants of
 * KMS as permissions, log delivery and traces, the single keys of a DeleteObjects (one refusal refuses the call), what
 * a deployment itself may do.
 */
export class Iam {
  readonly #roles = new Map<string, RoleEntry>();
  readonly #resourcePolicies = new Map<string, Policies>();
  /** Which key guards the messages of a topic or a queue. */
  readonly #guards = new Map<string, string>();
  readonly #refusals: Refusal[] = [];
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  addRole(arn: string, trust?: PolicyDocument): void {
    const role = this.#roles.get(arn) ?? { policies: new Policies(), trust: new Policies() };
    if (trust) role.trust.add(trust);
    this.#roles.set(arn, role);
  }

  attach(roleArn: string, policy: PolicyDocument): void {
    this.addRole(roleArn);
    this.#roles.get(roleArn)!.policies.add(policy);
  }

  /** Takes away what was attached: this very document. */
  detach(roleArn: string, { Statement: statements }: PolicyDocument): void {
    for (const statement of [statements].flat()) this.#roles.get(roleArn)?.policies.remove(statement);
  }

  /** Adds to the policy of a bucket (`arn:aws:s3:::name`), a key, a function, a queue or a topic (their ARNs). */
  addResourcePolicy(arn: string, policy: PolicyDocument): void {
    const policies = this.#resourcePolicies.get(arn) ?? new Policies();
    policies.add(policy);
    this.#resourcePolicies.set(arn, policies);
  }

  dropResourcePolicy(arn: string, { Statement: statements }: PolicyDocument): void {
    for (const statement of [statements].flat()) this.#resourcePolicies.get(arn)?.remove(statement);
  }

  guard(arn: string, key: string): void {
    this.#guards.set(arn, key);
  }

  /** Throws what AWS answers when a call through the SDK is not allowed. */
  authorize(attempt: Attempt): void {
    const { service, operation, input, call } = attempt;
    for (const need of needsOf(service, operation, input, call, this.#surroundings)) {
      const message = this.#refused(call.principal, need);
      if (message === undefined) continue;
      const { name, status } = DENIALS[service] ?? DENIAL;
      const named = need.refusedAs ?? name;
      throw new AwsError(named, `${message} (calling ${service}:${operation})`, {
        status: need.refusedAs === undefined ? status : 400,
        ...(DENIALS[service] ? { code: named } : {}),
      });
    }
  }

  /** What a service looks at after it has answered: nobody is told but by what comes of it. */
  may(principal: string, need: Need): boolean {
    return this.#refused(principal, need) === undefined;
  }

  /** Throws `AccessDeniedException` when a service may not do something by itself. */
  act(acting: Acting, action: string, resource: string): void {
    this.assume(acting);
    const principal = acting.role ?? acting.service;
    const [, , , region, account] = acting.sourceArn.split(':');
    const context: Need['context'] = {
      'aws:securetransport': 'true',
      'aws:requestedregion': region,
      ...(acting.role === undefined
        ? { 'aws:sourcearn': acting.sourceArn, 'aws:sourceaccount': account }
        : { 'aws:principalarn': acting.role, 'aws:principalaccount': account }),
    };
    const key = this.#guards.get(resource);
    const needs = [
      { action, resource, context },
      ...(key === undefined
        ? []
        : (KEY_USES[action] ?? ['kms:GenerateDataKey', 'kms:Decrypt']).map((use) => ({
            action: use,
            resource: key,
            context,
          }))),
    ];
    for (const need of needs) {
      const message = this.#refused(principal, need);
      if (message !== undefined) throw new AwsError('AccessDeniedException', message, { status: 403 });
    }
  }

  /** Throws `AccessDeniedException` when the role does not trust the service, or is not there. */
  assume({ service, role, sourceArn }: Acting): void {
    if (role === undefined) return;
    const trust = this.#roles.get(role)?.trust;
    const action = 'sts:AssumeRole';
    const context = { 'aws:sourcearn': sourceArn, 'aws:sourceaccount': sourceArn.split(':')[4] };
    const need: Need = { action, resource: role, context };
    if (trust && evaluate(trust.speakingOf(action), need, service) === 'allow') return;
    const message = `${service} is not authorized to assume the role ${role}`;
    this.#refusals.push({ principal: service, action, resource: role, message });
    throw new AwsError('AccessDeniedException', message, { status: 403 });
  }

  /**
   * Throws `AccessDenied`, as STS does, when a principal may not assume a role: its trust has to let in the principal
   * itself, or the account whose own policies allow it.
   */
  assumeAs(principal: string, role: string, externalId?: string): void {
    const action = 'sts:AssumeRole';
    const account = principal.split(':')[4];
    const context = {
      'aws:principalarn': principal,
      'aws:principalaccount': account,
      'sts:externalid': externalId,
    };
    const need: Need = { action, resource: role, context };
    const trust = this.#roles.get(role)?.trust;
    const trusted = trust ? evaluate(trust.speakingOf(action), need, principal) : 'silent';
    // Whose policies we do not hold may do what nobody forbids.
    const own = this.#roles.get(principal)?.policies;
    const allowed = own ? evaluate(own.speakingOf(action), need) : 'allow';
    if (allowed !== 'deny' && (trusted === 'allow' || (trusted === 'delegate' && allowed === 'allow')))
      return;
    const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${role}`;
    this.#refusals.push({ principal, action, resource: role, message });
    throw new AwsError('AccessDenied', message, { status: 403, code: 'AccessDenied' });
  }

  /** Every grant of every role, each with whether anything ever needed it. */
  *grants(): Generator<Grant & { readonly used: boolean }> {
    for (const [role, { policies }] of this.#roles) yield* policies.grants(role);
  }

  policiesOf(role: string): Policies | undefined {
    return this.#roles.get(role)?.policies;
  }

  /** Takes away whatever allows an action in the policies of a role or a resource; answers how many statements. */
  revoke(arn: string, action: string): number {
    const policies = this.#roles.get(arn)?.policies ?? this.#resourcePolicies.get(arn);
    const allowing = policies?.speakingOf(action).filter(({ Effect }) => Effect === 'Allow') ?? [];
    for (const statement of allowing) policies?.remove(statement);
    return allowing.length;
  }

  get roles(): readonly string[] {
    return [...this.#roles.keys()];
  }

  /** Everything that was not allowed so far, whoever asked. */
  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  #refused(principal: string, need: Need): string | undefined {
    const why = this.#why(principal, need);
    if (why === undefined) return undefined;
    const { action, resource } = need;
    const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
    this.#refusals.push({ principal, action, resource, message });
    return message;
  }

  #why(principal: string, need: Need): string | undefined {
    const resource = this.#resourcePolicy(need.resource);
    const byResource = resource ? evaluate(resource.speakingOf(need.action), need, principal) : 'silent';
    if (byResource === 'deny') return 'with an explicit deny in a resource-based policy';
    const role = this.#roles.get(principal);
    if (!role) {
      // Without a policy of its own, a topic lets in whoever acts for its owner (sns-access-policy-use-cases.html).
      if (!principal.endsWith('.amazonaws.com') || byResource === 'allow') return undefined;
      if (!resource && need.action === 'sns:Publish') return undefined;
      return `because no resource-based policy allows the ${need.action} action`;
    }
    const byIdentity = evaluate(role.policies.speakingOf(need.action), need, undefined, (statement) =>
      role.policies.use(statement, need.action, need.resource),
    );
    if (byIdentity === 'deny') return 'with an explicit deny in an identity-based policy';
    if (byResource === 'allow') return undefined;
    if (byIdentity !== 'allow') return `because no identity-based policy allows the ${need.action} action`;
    // A key is closed to everyone whom its own policy does not let in, whatever their own policies say.
    if (need.action.startsWith('kms:') && byResource !== 'delegate')
      return 'because no resource-based policy of the key allows it';
    return undefined;
  }

  #resourcePolicy(resource: string): Policies | undefined {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    return this.#resourcePolicies.get(bucket === undefined ? resource : `arn:aws:s3:::${bucket}`);
  }
}
