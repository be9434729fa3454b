/**
 * What the contract says that BR takes (commands, their flags, and the form of each value), written down apart from the
 * code that makes commands. `!`: the command is wrong without it.
 */
type Form = RegExp;

const PD: Form = /^[a-z0-9.-]+:\d+(,[a-z0-9.-]+:\d+)*$/;
const URI: Form = /^s3:\/\/[a-z0-9.-]+\/([\w./-]+\/)$/;
const TSO: Form = /^[1-9]\d{0,19}$/;
const NAME: Form = /^.+$/;
const FILE: Form = /^\/tmp\/\w+\.pem$/;
const REGION: Form = /^[a-z]{2}-[a-z]+-\d$/;

const TLS = { '--ca': FILE, '--cert': FILE, '--key': FILE };
const CLUSTER = { '--pd!': PD, ...TLS };
const READ = { '--storage!': URI, '--s3.region!': REGION };
const WRITE = { ...READ, '--s3.sse!': /^aws:kms$/, '--s3.sse-kms-key-id!': /^arn:aws:kms:/ };
const OWN = { '--send-credentials-to-tikv!': /^false$/ };
const BACKUP = { ...CLUSTER, ...WRITE, ...OWN, '--lastbackupts': TSO };
const RESTORE = { ...CLUSTER, ...READ, ...OWN };
const FILTER = { '--filter*': NAME };
const DATABASE = { '--db!': NAME };
const TABLE = { ...DATABASE, '--table!': NAME };
const TASK = { ...CLUSTER, '--task-name!': NAME };
/** Takes no value. */
const ALONE = /^$/;

const COMMANDS: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  'backup full': { ...BACKUP, ...FILTER },
  'backup db': { ...BACKUP, ...DATABASE },
  'backup table': { ...BACKUP, ...TABLE },
  'restore full': { ...RESTORE, ...FILTER },
  'restore db': { ...RESTORE, ...DATABASE },
  'restore table': { ...RESTORE, ...TABLE },
  'restore point': { ...RESTORE, ...FILTER, '--full-backup-storage!': URI, '--restored-ts!': TSO },
  'debug decode': { ...READ, '--field!': /^(start-version|end-version|ClusterId)$/ },
  'debug checksum': READ,
  'log start': { ...TASK, ...WRITE, ...OWN, '--start-ts': TSO },
  'log stop': TASK,
  'log pause': TASK,
  'log resume': TASK,
  'log status': { ...CLUSTER, '--json!': ALONE },
  'log metadata': READ,
  'log truncate': { ...WRITE, '--until!': TSO, '-y!': ALONE },
};

/** What is wrong with BR's arguments; nothing when they are a command of the contract. */
export function complaints(args: readonly string[]): string[] {
  const flags = COMMANDS[args.slice(0, 2).join(' ')];
  if (!flags) return [`no command ${args.slice(0, 2).join(' ')}`];
  const found: string[] = [];
  const seen = new Map<string, number>();
  for (let at = 2; at < args.length; at++) {
    const [, name = '', joined] = /^(-[^=]*)(?:=(.*))?$/s.exec(args[at]!) ?? [];
    const key = [name, `${name}!`, `${name}*`].find((each) => each in flags);
    if (key === undefined) {
      found.push(`${args[at]} is no flag of it`);
      continue;
    }
    const form = flags[key]!;
    const value = form === ALONE ? '' : (joined ?? args[++at] ?? '');
    if (!form.test(value)) found.push(`${name} has ${JSON.stringify(value)}`);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  for (const key of Object.keys(flags)) {
    const times = seen.get(key) ?? 0;
    if (key.endsWith('!') && times === 0) found.push(`${key} is missing`);
    if (!key.endsWith('*') && times > 1) found.push(`${key} stands there ${times} times`);
  }
  const tls = Object.keys(TLS).filter((flag) => seen.has(flag));
  if (tls.length % 3 !== 0) found.push(`only ${tls} of ${Object.keys(TLS)}`);
  return found;
}
