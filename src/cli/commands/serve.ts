import { InputError } from '../../errors.ts'
import { flag } from '../../options/kinds.ts'
import { type ServeOptions, serveAsk } from '../../options/requests/serve.ts'
import type { ReadinessCheck } from '../../wire/serve/health.ts'
import { type Answer, defineCommand } from '../command.ts'
import type { Effects } from '../effects.ts'
import { stationChecksText } from '../text/station-text.ts'

export const serve = defineCommand({
  name: 'serve',
  summary: 'Judge pictures as they come, over HTTP: the station of a line',
  description: [
    'Listens until Ctrl-C or SIGTERM, then answers what has been asked and ends. The log goes to stderr, one JSON object a line. What it answers, `docs/station.md` and the page /docs of the station say.',
  ],
  options: {
    ...serveAsk.options,
    check: flag({ help: 'Try everything that a start needs, say what is missing, and end.' }),
  },
  examples: [
    'plumbline serve --model models/line-3',
    'plumbline serve --model models/line-3 --watch /line/pictures --check',
    'plumbline serve --models models --host 0.0.0.0 --token-file /etc/plumbline/tokens --tls-cert cert.pem --tls-key key.pem',
  ],
  check: (values) => serveAsk.check?.(values),
  async run({ check, ...values }, { request, task, effects }) {
    if (check) return checked(await checksOf(request(values), effects))
    const { openStation } = await import('../../serve/open-station.ts')
    const station = await openStation(request(values), {
      now: effects.now,
      log: effects.stderr,
      isQuiet: false,
      environment: effects.env,
      note: (message) => task.note(message),
    })
    effects.stderr(`The station answers at ${station.address}; Ctrl-C ends it.\n`)
    await aborted(task.signal)
    await station.close()
    return { json: { address: station.address }, text: '' }
  },
})

async function checksOf(
  options: ServeOptions,
  { now, env: environment }: Effects,
): Promise<readonly ReadinessCheck[]> {
  const { checkStation } = await import('../../serve/check-station.ts')
  return checkStation(options, { now, environment })
}

function checked(checks: readonly ReadinessCheck[]): Answer {
  const first = checks.find(({ ok }) => !ok)
  return {
    json: { ok: first === undefined, checks },
    text: stationChecksText(checks),
    ...(first && { failure: new InputError(first.name, first.detail) }),
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
