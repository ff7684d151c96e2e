/** What may be asked of the station. */

import { storeFolder } from '../../backbone/weights-folder.ts'
import { UsageError } from '../../errors.ts'
import { choice, flag, noted, number, path, text, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { queueUrl } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { trustOption } from '../signing-options.ts'

const network = 'Network'
const limits = 'Limits'
const keeping = 'Records'
const jobs = 'Jobs'
const watching = 'Watching a folder'

export const serveAsk = defineAsk({
  caller: 'openStation',
  options: {
    model: path({
      help: 'Model folder that judges, as `plumbline train` writes it. A switch that was made while the station ran outlasts a restart with the same --model.',
      placeholder: 'DIR',
      defaultText: 'the only one in --models',
      mustExist: 'no such model folder',
    }),
    models: path({
      help: 'Folder of model folders to choose from while it runs; one that is put there appears by itself.',
      placeholder: 'DIR',
      defaultText: 'none but --model',
      mustExist: 'no such folder of models',
    }),
    ...trustOption,
    runs: path({
      help: 'Folder of evaluations to show and compare.',
      placeholder: 'DIR',
      defaultText: 'none are shown',
      mustExist: 'no such folder of runs',
    }),
    datasets: path({
      help: 'Folder of datasets that jobs may name, beside those exported here.',
      placeholder: 'DIR',
      defaultText: 'none but exported ones',
      mustExist: 'no such folder of datasets',
    }),
    watch: path({
      help: 'Folder whose pictures are judged as they come; half-written ones are waited for.',
      group: watching,
      placeholder: 'DIR',
      defaultText: 'no folder is watched',
      mustExist: 'no such folder to watch',
    }),
    watchOut: path({
      help: 'Folder for verdict files.',
      onlyWith: { watch: 'given' },
      group: watching,
      placeholder: 'DIR',
      defaultText: 'beside the pictures',
    }),
    watchMove: path({
      help: 'Where judged pictures are moved, into a folder by their verdict.',
      onlyWith: { watch: 'given' },
      group: watching,
      placeholder: 'DIR',
      defaultText: 'they stay',
    }),
    watchParts: text({
      help: 'Part id of a watched picture: first group of this regular expression, searched for in its path below the folder.',
      onlyWith: { watch: 'given' },
      group: watching,
      placeholder: 'REGEX',
      defaultText: 'no part ids',
      check: patternProblem,
    }),
    watchSettle: wholeNumber({
      help: 'Milliseconds for which size and time of a picture stand still before it is whole.',
      onlyWith: { watch: 'given' },
      group: watching,
      placeholder: 'MS',
      min: 50,
      max: 600_000,
      default: 1000,
    }),
    data: path({
      help: "The station's own folder: records, pictures, state. One station to a folder.",
      placeholder: 'DIR',
      default: 'plumbline-station',
    }),
    database: text({
      help: 'PostgreSQL in place of the SQLite file in --data.',
      placeholder: 'URL',
      defaultText: 'a file in --data',
    }),
    outputs: path({
      help: 'Where verdicts are told to the line: a JSON file of webhooks, MQTT brokers, OPC UA servers and files.',
      placeholder: 'FILE',
      defaultText: 'nobody is told',
      mustExist: 'no such file of outputs',
    }),
    keep: choice(['all', 'rejected', 'none'], {
      help: 'Pictures that are kept: all, those that were rejected or are to be reviewed, or none. Those of parts that people decided stay longest: the next model learns from them.',
      group: keeping,
      default: 'rejected',
    }),
    keepMaps: choice(['all', 'rejected', 'none'], {
      help: 'Maps of raw scores that are kept.',
      group: keeping,
      default: 'rejected',
    }),
    keepEmbeddings: choice(['all', 'rejected', 'none'], {
      help: 'Mean features of the network that are kept, a few hundred bytes a picture: they tell which parts look alike.',
      group: keeping,
      default: 'rejected',
    }),
    keepDays: number({
      help: 'Pictures and maps go when they are older, but those of decided parts. Records stay.',
      group: keeping,
      placeholder: 'DAYS',
      min: 0,
      isOpen: true,
      default: 90,
    }),
    keepGigabytes: number({
      help: 'The oldest pictures and maps go until the rest fits, those of decided parts last.',
      group: keeping,
      placeholder: 'GB',
      min: 0,
      isOpen: true,
      default: 20,
    }),
    flush: flag({
      help: 'Every record is on the disk before it is answered, so that a power cut loses nothing; slower. Without it a crash of the program loses nothing either.',
      group: keeping,
    }),
    host: text({
      help: 'Address to listen on. Any other than this machine takes --token-file.',
      group: network,
      placeholder: 'ADDRESS',
      default: '127.0.0.1',
    }),
    port: wholeNumber({
      help: 'Port to listen on; 0 for any that is free.',
      group: network,
      placeholder: 'N',
      min: 0,
      max: 65_535,
      default: 8480,
    }),
    tokenFile: path({
      help: 'Who may ask: lines of `ROLE TOKEN [NAME]` with a role of inspect, review or admin.',
      group: network,
      placeholder: 'FILE',
      defaultText: 'anybody on this machine may do anything',
      mustExist: 'no such file of tokens',
    }),
    tlsCert: path({
      help: 'Certificate chain in PEM; with --tls-key the station speaks HTTPS alone.',
      onlyWith: { tlsKey: 'given' },
      group: network,
      placeholder: 'FILE',
      mustExist: 'no such certificate',
    }),
    tlsKey: path({
      help: 'Private key in PEM of --tls-cert.',
      onlyWith: { tlsCert: 'given' },
      group: network,
      placeholder: 'FILE',
      mustExist: 'no such key',
    }),
    sign: path({
      help: 'Sign the models that jobs train with this private key (Ed25519, PEM); with --trust only signed ones are taken.',
      group: jobs,
      placeholder: 'KEY',
      defaultText: 'not signed',
      mustExist: 'no such file',
    }),
    jobQueue: noted(queueUrl, {
      help: 'Let workers (`plumbline worker`) do the steps of jobs, over this queue; preparing is done here.',
      group: jobs,
      defaultText: 'jobs are done here, on the cores that inspection leaves',
    }),
    jobStore: path({
      help: 'With --job-queue: folder that every worker sees.',
      onlyWith: { jobQueue: 'given' },
      group: jobs,
      placeholder: 'DIR',
      default: storeFolder,
      defaultText: '$PLUMBLINE_STORE, else in the cache folder of the system',
    }),
    queue: wholeNumber({
      help: 'Requests for a verdict that are held at once; whoever comes then is told at once to come again.',
      group: limits,
      placeholder: 'N',
      min: 1,
      max: 1000,
      default: 24,
    }),
    timeout: wholeNumber({
      help: 'Milliseconds for a verdict; later there is none, and the answer says so.',
      group: limits,
      placeholder: 'MS',
      min: 10,
      max: 600_000,
      default: 10_000,
    }),
    maxBytes: wholeNumber({
      help: 'Bytes of one request.',
      group: limits,
      placeholder: 'N',
      min: 1024,
      max: 2 ** 31 - 1,
      default: 64 * 2 ** 20,
    }),
    maxPixels: wholeNumber({
      help: 'Pixels of one picture, however small its file is.',
      group: limits,
      placeholder: 'N',
      min: 1024,
      max: 400_000_000,
      default: 50_000_000,
    }),
    rate: wholeNumber({
      help: 'Requests a minute of one address.',
      group: limits,
      placeholder: 'N',
      min: 1,
      max: 10_000_000,
      default: 6000,
    }),
    device: machineOptions.device,
    threads: machineOptions.threads,
  },
  check({ host, tokenFile, model, models, watch, watchOut, watchMove }) {
    const problems: string[] = []
    if (!isLoopback(host) && tokenFile === null)
      problems.push(`--host ${host} can be reached from other machines: it takes --token-file FILE`)
    if (watch !== null && [watchOut, watchMove].includes(watch))
      problems.push('--watch-out and --watch-move: expected other folders than --watch')
    if (model === null && models === null)
      problems.push('expected --model DIR or --models DIR: without a model there are no verdicts')
    if (problems.length > 0) throw new UsageError(problems.join('\n'))
  },
})

function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    return (error as Error).message
  }
  return /\((?!\?)/.test(pattern) ? undefined : 'expected a group, as in part([0-9]+)_'
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

export type ServeOptions = OptionsOf<typeof serveAsk>
export type ServeRequest = RequestOf<typeof serveAsk>
