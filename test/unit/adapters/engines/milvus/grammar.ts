/**
 * What milvus-backup v0.5.16 takes, written down from its contract (sections 2 to 4) and not from the driver: each
 * setting with the values that make sense on AWS, each command with its flags.
 */
const HOST = /^[a-z0-9.-]+$/i;
const PORT = /^\d{1,5}$/;
const BOOLEAN = /^(true|false)$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PATH = /^[^/].*[^/]$|^[^/]$/;
const S3 = /^s3\.[a-z0-9-]+\.amazonaws\.com$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Keys of section 4's table; `log.level` is of configs/backup.yaml at the tag. A key that holds a secret is none. */
const SETTINGS: Readonly<Record<string, RegExp>> = {
  'milvus.address': HOST,
  'milvus.port': PORT,
  'milvus.tlsMode': /^[012]$/,
  'milvus.user': /^$/,
  'milvus.password': /^$/,
  'minio.storageType': /^aws$/,
  'minio.address': S3,
  'minio.port': PORT,
  'minio.region': REGION,
  'minio.useSSL': BOOLEAN,
  'minio.useIAM': BOOLEAN,
  'minio.iamEndpoint': /^$/,
  'minio.bucketName': BUCKET,
  'minio.rootPath': PATH,
  'minio.backupStorageType': /^aws$/,
  'minio.backupAddress': S3,
  'minio.backupPort': PORT,
  'minio.backupRegion': REGION,
  'minio.backupUseSSL': BOOLEAN,
  'minio.backupUseIAM': BOOLEAN,
  'minio.backupIamEndpoint': /^$/,
  'minio.backupBucketName': BUCKET,
  'minio.backupRootPath': PATH,
  'minio.crossStorage': BOOLEAN,
  'backup.gcPause.enable': /^true$/,
  'backup.gcPause.address': /^http:\/\/[a-z0-9.-]+:\d{1,5}$/i,
  'log.level': /^(debug|info|warn|error|panic|fatal)$/,
};

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const FILTER = /^\w+\.(\w+|\*|)(,\w+\.(\w+|\*|))*$/;
type Flag = RegExp | 'switch';
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Flag>>>> = {
  create: { '-n': NAME, '--filter': FILTER },
  restore: {
    '-n': NAME,
    '--filter': FILTER,
    '-s': /^[A-Za-z0-9_]+$/,
    '--rebuild_index': 'switch',
    '--use_v2_restore': 'switch',
  },
};

export interface Parsed {
  readonly config: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly command: string;
  readonly flags: ReadonlyMap<string, string>;
}

/** Throws at anything that the tool would take otherwise than it stands there, or not at all. */
export function parse(argv: readonly string[]): Parsed {
  const words = [...argv];
  const take = (what: string): string => {
    const word = words.shift();
    if (word === undefined) throw new Error(`${what} is missing`);
    return word;
  };
  if (take('--config') !== '--config') throw new Error('the configuration comes first');
  const config = take('the configuration');
  const settings = new Map<string, string>();
  while (words[0] === '--set') {
    take('--set');
    const pair = take('a setting');
    // pflag reads a slice of strings as a line of CSV.
    if (/[",\r\n]/.test(pair)) throw new Error(`${pair} would be read as several settings`);
    const at = pair.indexOf('=');
    const [key, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (settings.has(key)) throw new Error(`${key} is set twice`);
    if (!SETTINGS[key]?.test(value)) throw new Error(`${key} takes no ${JSON.stringify(value)}`);
    settings.set(key, value);
  }
  const command = take('the command');
  const known = COMMANDS[command];
  if (!known) throw new Error(`there is no command ${command}`);
  const flags = new Map<string, string>();
  while (words.length > 0) {
    const flag = take('a flag');
    const kind = known[flag];
    if (!kind || flags.has(flag)) throw new Error(`${command} takes no ${flag}, or not twice`);
    const value = kind === 'switch' ? '' : take(`the value of ${flag}`);
    if (kind !== 'switch' && !kind.test(value)) throw new Error(`${flag} takes no ${value}`);
    flags.set(flag, value);
  }
  return { config, settings, command, flags };
}

export const ALL_SETTINGS: readonly string[] = Object.keys(SETTINGS);
