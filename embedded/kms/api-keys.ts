import type {
  CancelKeyDeletionCommandInput,
  CreateGrantCommandInput,
  DescribeKeyCommandInput,
  DisableKeyCommandInput,
  EnableKeyCommandInput,
  ListGrantsCommandInput,
  RevokeGrantCommandInput,
  ScheduleKeyDeletionCommandInput,
} from '@aws-sdk/client-kms';
import { days, later } from '../../core/time/instant.ts';
import type { Call } from '../service.ts';
import { notFound, notPendingDeletion, validation } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import type { Grant, Key, KeyStore } from './store.ts';

function describe(store: KeyStore, input: DescribeKeyCommandInput, call: Call): object {
  const key = store.resolve(call.region, input.KeyId ?? '', call.now);
  return {
    KeyMetadata: {
      AWSAccountId: key.spec.account,
      KeyId: key.id,
      Arn: key.arn,
      CreationDate: new Date(key.spec.now),
      Enabled: key.state === 'Enabled',
      Description: key.spec.description ?? '',
      KeyUsage: key.usage,
      KeyState: key.state,
      ...(key.deletesAt !== undefined && { DeletionDate: new Date(key.deletesAt) }),
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      KeySpec: key.spec.keySpec ?? 'SYMMETRIC_DEFAULT',
      ...(key.usage === 'SIGN_VERIFY'
        ? { SigningAlgorithms: ['ECDSA_SHA_256'] }
        : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
      MultiRegion: false,
    },
  };
}

/** Management calls take a key id or ARN, never an alias. */
const named = (store: KeyStore, input: { readonly KeyId?: string | undefined }, call: Call): Key =>
  store.key(call.region, input.KeyId ?? '', call.now);

const enable =
  (enabled: boolean) =>
  (store: KeyStore, input: EnableKeyCommandInput | DisableKeyCommandInput, call: Call): object => {
    const key = named(store, input, call);
    key.mustNotBePending();
    key.enabled = enabled;
    return {};
  };

/** KMS: 7 to 30 days, 30 without a wish (ScheduleKeyDeletion, KMS API Reference). */
function scheduleDeletion(store: KeyStore, input: ScheduleKeyDeletionCommandInput, call: Call): object {
  const key = named(store, input, call);
  key.mustNotBePending();
  const window = input.PendingWindowInDays ?? 30;
  if (!Number.isInteger(window) || window < 7 || window > 30)
    throw validation(
      `PendingWindowInDays must be a whole number between 7 and 30 inclusive; received ${window}`,
    );
  key.deletesAt = later(call.now, days(window));
  return {
    KeyId: key.arn,
    DeletionDate: new Date(key.deletesAt),
    KeyState: key.state,
    PendingWindowInDays: window,
  };
}

/** A rescued key comes back disabled. */
function cancelDeletion(store: KeyStore, input: CancelKeyDeletionCommandInput, call: Call): object {
  const key = named(store, input, call);
  if (key.state !== 'PendingDeletion') throw notPendingDeletion(key.arn);
  key.deletesAt = undefined;
  key.enabled = false;
  return { KeyId: key.arn };
}

/** A named grant with the same parameters is found again instead of made twice (CreateGrant, KMS API Reference). */
function createGrant(store: KeyStore, input: CreateGrantCommandInput, call: Call): object {
  const key = named(store, input, call);
  key.mustBeEnabled();
  if (!input.GranteePrincipal || !input.Operations?.length)
    throw validation('a grant needs a grantee principal and at least one operation');
  const wanted = {
    name: input.Name,
    grantee: input.GranteePrincipal,
    retiring: input.RetiringPrincipal,
    operations: [...input.Operations],
    constraints: input.Constraints,
  };
  const found = wanted.name === undefined ? undefined : key.grants.find((grant) => sameGrant(grant, wanted));
  if (found) return { GrantId: found.id, GrantToken: found.token };
  const grant: Grant = { ...wanted, id: store.hex(32), token: store.hex(32), createdAt: call.now };
  key.grants.push(grant);
  return { GrantId: grant.id, GrantToken: grant.token };
}

function sameGrant(grant: Grant, wanted: Omit<Grant, 'id' | 'token' | 'createdAt'>): boolean {
  const { id: _id, token: _token, createdAt: _createdAt, ...parameters } = grant;
  return JSON.stringify(Object.entries(parameters).sort()) === JSON.stringify(Object.entries(wanted).sort());
}

function listGrants(store: KeyStore, input: ListGrantsCommandInput, call: Call): object {
  const key = named(store, input, call);
  const grants = key.grants.filter(
    (grant) =>
      (input.GrantId === undefined || grant.id === input.GrantId) &&
      (input.GranteePrincipal === undefined || grant.grantee === input.GranteePrincipal),
  );
  return {
    Truncated: false,
    Grants: grants.map((grant) => ({
      KeyId: key.arn,
      GrantId: grant.id,
      ...(grant.name !== undefined && { Name: grant.name }),
      GranteePrincipal: grant.grantee,
      ...(grant.retiring !== undefined && { RetiringPrincipal: grant.retiring }),
      IssuingAccount: key.spec.account,
      Operations: [...grant.operations],
      ...(grant.constraints && { Constraints: grant.constraints }),
      CreationDate: new Date(grant.createdAt),
    })),
  };
}

function revokeGrant(store: KeyStore, input: RevokeGrantCommandInput, call: Call): object {
  const key = named(store, input, call);
  const at = key.grants.findIndex((grant) => grant.id === input.GrantId);
  if (at < 0) throw notFound(`Grant '${input.GrantId}' does not exist`);
  key.grants.splice(at, 1);
  return {};
}

export const keyOperations: Readonly<Record<string, Operation>> = {
  DescribeKey: operation<DescribeKeyCommandInput>(['KeyId'], describe),
  EnableKey: operation<EnableKeyCommandInput>(['KeyId'], enable(true)),
  DisableKey: operation<DisableKeyCommandInput>(['KeyId'], enable(false)),
  ScheduleKeyDeletion: operation<ScheduleKeyDeletionCommandInput>(
    ['KeyId', 'PendingWindowInDays'],
    scheduleDeletion,
  ),
  CancelKeyDeletion: operation<CancelKeyDeletionCommandInput>(['KeyId'], cancelDeletion),
  CreateGrant: operation<CreateGrantCommandInput>(
    ['KeyId', 'GranteePrincipal', 'RetiringPrincipal', 'Operations', 'Constraints', 'Name'],
    createGrant,
  ),
  ListGrants: operation<ListGrantsCommandInput>(['KeyId', 'GrantId', 'GranteePrincipal'], listGrants),
  RevokeGrant: operation<RevokeGrantCommandInput>(['KeyId', 'GrantId'], revokeGrant),
};
