import { serveAsk } from '../../options/requests/serve.ts'
import { defineCommand } from '../command.ts'

export const serve = defineCommand({
  name: 'serve',
  summary: 'Judge pictures as they come, over HTTP: the station of a line',
  description: [
    'Listens until Ctrl-C or SIGTERM, then answers what has been asked and ends. The log goes to stderr, one JSON object a line. What it answers, `docs/station.md` and the page /docs of the station say.',
  ],
  options: serveAsk.options,
  examples: [
    'plumbline serve --model models/line-3',
    'plumbline serve --models models --host 0.0.0.0 --token-file /etc/plumbline/tokens --tls-cert cert.pem --tls-key key.pem',
  ],
  check: (values) => serveAsk.check?.(values),
  async run(values, { request, task, effects }) {
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

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
