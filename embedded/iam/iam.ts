import type { Attempt } from '../sdk/transport.ts';
import { AwsError } from '../service.ts';
import { evaluate, type Need, type PolicyDocument, type Statement, speakingOf } from './evaluate.ts';
import { needsOf, type Surroundings } from './needs.ts';

/** Policies, with the statements that speak of an action found once per action: a simulation asks millions of times. */
class Policies {
  readonly #documents: PolicyDocument[] = [];
  readonly #byAction = new Map<string, readonly Statement[]>();

  add(document: PolicyDocument): void {
    this.#documents.push(document);
    this.#byAction.clear();
  }

  speakingOf(action: string): readonly Statement[] {
    let statements = this.#byAction.get(action);
    if (!statements) {
      statements = speakingOf(this.#documents, action);
      this.#byAction.set(action, statements);
    }
    return statements;
  }
}

/**
 * The permissions of the embedded cloud, from the synthesized templates: roles with their policies, and the policies
 * of buckets and keys. Every call that a function makes through the SDK is authorised; a person and the protected
 * application (principals that are no role of ours) may do anything, as an administrator of the account may.
 *
 * Does not model: what machines, rules and schedules call with roles of their own (a synth test lists those rights),
 * key grants of RDS, permission boundaries, service control policies, session policies, cross-account access.
 */
export class Iam {
  readonly #roles = new Map<string, Policies>();
  readonly #resourcePolicies = new Map<string, Policies>();
  readonly #used = new Set<string>();
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  addRole(arn: string): void {
    if (!this.#roles.has(arn)) this.#roles.set(arn, new Policies());
  }

  attach(roleArn: string, policy: PolicyDocument): void {
    this.addRole(roleArn);
    this.#roles.get(roleArn)!.add(policy);
  }

  /** The policy of a bucket (`arn:aws:s3:::name`) or a key (its ARN). */
  setResourcePolicy(arn: string, policy: PolicyDocument): void {
    const policies = new Policies();
    policies.add(policy);
    this.#resourcePolicies.set(arn, policies);
  }

  /** Throws what AWS answers when a call is not allowed. */
  authorize(attempt: Attempt): void {
    const { service, operation, input, call } = attempt;
    for (const need of needsOf(service, operation, input, call, this.#surroundings))
      this.check(call.principal, need, `${service}:${operation}`);
  }

  check(principal: string, need: Need, calling: string): void {
    const why = this.#refusal(principal, need);
    if (why === undefined) return;
    throw new AwsError(
      'AccessDenied',
      `${principal} is not authorized to perform ${need.action} on ${need.resource} (${why}; calling ${calling})`,
      {
        status: 403,
        code: 'AccessDenied',
      },
    );
  }

  /** Which (role, action) pairs a run has used: what was granted and is not here was granted in vain. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  #refusal(principal: string, need: Need): string | undefined {
    const role = this.#roles.get(principal);
    const resource = this.#resourcePolicy(need.resource);
    const byResource = resource ? evaluate(resource.speakingOf(need.action), need, principal) : 'silent';
    if (byResource === 'deny') return 'with an explicit deny in a resource policy';
    if (!role) return undefined;
    const byIdentity = evaluate(role.speakingOf(need.action), need);
    if (byIdentity === 'deny') return 'with an explicit deny in an identity policy';
    if (byIdentity !== 'allow') return 'because no identity policy allows it';
    // A key is closed to everyone whom its own policy does not let in, whatever their own policies say.
    if (need.action.startsWith('kms:') && byResource !== 'allow')
      return 'because the key policy does not allow it';
    this.#used.add(`${principal} ${need.action}`);
    return undefined;
  }

  #resourcePolicy(resource: string): Policies | undefined {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    return this.#resourcePolicies.get(bucket === undefined ? resource : `arn:aws:s3:::${bucket}`);
  }
}
