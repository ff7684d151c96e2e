import { ModelError, UsageError } from '../../errors.ts'
import { visionOptions } from '../../options/detector-options.ts'
import { choice, text } from '../../options/kinds.ts'
import { requirePaths } from '../../options/request.ts'
import type { Task } from '../../task.ts'
import { type Answer, defineCommand } from '../command.ts'
import { table } from '../layout-text.ts'
import { surroundings } from '../surroundings.ts'

/** `pull` makes the folder; the other actions look into one that is there. */
const { mustExist: _, ...folder } = visionOptions.weights

export const weights = defineCommand({
  name: 'weights',
  summary: 'List, download and verify pretrained backbones',
  description: [
    '`list` says what there is and which of it is in the folder; `pull NAME` downloads one, resuming where it stopped, and checks its sha256; `verify` checks every file in the folder.',
  ],
  options: {
    action: choice(['list', 'pull', 'verify'], {
      help: 'list, pull or verify.',
      isOperand: true,
      isRequired: true,
    }),
    name: text({ help: 'Backbone to pull.', isOperand: true }),
    weights: { ...folder, group: 'Options' },
  },
  examples: [
    'plumbline weights list',
    'plumbline weights pull mobilenet_v2',
    'plumbline weights verify --weights /opt/weights',
  ],
  check({ action, name }) {
    if (action === 'pull' && name === null)
      throw new UsageError('NAME is required: the backbone to pull; `plumbline weights list` names them')
    if (action !== 'pull' && name !== null)
      throw new UsageError(`unexpected argument "${name}": ${action} takes none`)
  },
  async run({ action, name, weights: folder }, { task, effects }) {
    if (name !== null) return pull(name, folder, task)
    requirePaths({ weights: visionOptions.weights }, { weights: folder }, surroundings(effects))
    return action === 'list' ? list(folder) : verify(folder, task)
  },
})

async function list(folder: string): Promise<Answer> {
  const { listWeights } = await import('../../backbone/list-weights.ts')
  const backbones = await listWeights([folder])
  const rows = backbones.map(({ name, path, url, bytes, licence, title }) => [
    name,
    path !== null ? 'here' : url === null ? 'built in' : 'to pull',
    url !== null && bytes !== null ? `${(bytes / 1e6).toFixed(0)} MB` : '',
    licence,
    title,
  ])
  const text = `${table([['backbone', 'weights', 'size', 'licence', 'what'], ...rows], '')}\n\nFolder: ${folder}\n`
  return { json: { folder, backbones }, text }
}

async function pull(name: string, folder: string, task: Task): Promise<Answer> {
  const { pullWeights } = await import('../../backbone/pull-weights.ts')
  const pulled = await pullWeights(name, folder, { task })
  const how = pulled.downloaded ? 'downloaded' : 'was there already'
  const trust = pulled.trust === 'registered' ? 'as registered' : 'recorded: the registry knows no hash of it'
  return { json: pulled, text: `${pulled.path}: ${how}, sha256 ${pulled.sha256} (${trust})\n` }
}

async function verify(folder: string, task: Task): Promise<Answer> {
  const { verifyWeights } = await import('../../backbone/list-weights.ts')
  const files = await verifyWeights([folder], task)
  const lines = files.map(({ ok, path, detail }) => `${ok ? 'ok' : 'WRONG'}  ${path}: ${detail}`)
  const wrong = files.find(({ ok }) => !ok)
  const text = files.length === 0 ? `No weights in ${folder}.\n` : `${lines.join('\n')}\n`
  return {
    json: { folder, files },
    text,
    ...(wrong && { failure: new ModelError(wrong.path, wrong.detail) }),
  }
}
