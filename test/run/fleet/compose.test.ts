/** The example of a fleet in containers: no engine here to run it, so what it says is held against what there is. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { serveAsk } from '../../../src/options/requests/serve.ts'
import { workerAsk } from '../../../src/options/requests/worker.ts'
import { problemOfUrl } from '../../../src/work/queue-url.ts'

const path = join(import.meta.dirname, '../../../examples/workers/compose.yaml')
const { services, volumes, secrets } = parse(readFileSync(path, 'utf8'), { merge: true })
const composes = spawnSync('docker', ['compose', 'version']).status === 0

describe('the compose file of a fleet', () => {
  it.each([
    ['worker', workerAsk.options],
    ['station', serveAsk.options],
  ] as const)('starts %s with options that there are', (name, options) => {
    const words: string[] = services[name].command.split(' ')
    expect(words[0]).toBe(name === 'worker' ? 'worker' : 'serve')
    const named = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2))
    const known = Object.keys(options).map((key) =>
      key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    )
    expect(known).toEqual(expect.arrayContaining(named))
    expect(named.length).toBeGreaterThan(2)
  })

  it('joins the workers and the queue, and asks each service how it is', () => {
    const [, queue = ''] = /--queue (\S+)/.exec(services.worker.command) ?? []
    expect(problemOfUrl(queue)).toBeUndefined()
    expect(Object.keys(services)).toContain(new URL(queue).hostname)
    expect(services.worker.depends_on[new URL(queue).hostname].condition).toBe('service_healthy')
    for (const service of Object.values<{ healthcheck?: { test?: unknown } }>(services))
      expect(service.healthcheck?.test).toBeInstanceOf(Array)
    expect(services.worker.healthcheck.test.at(-1)).toContain(
      `:${/--metrics (\d+)/.exec(services.worker.command)?.[1]}/health/live`,
    )
  })

  it('mounts what the commands name, and defines what it mounts', () => {
    for (const { command, volumes: mounted = [], tmpfs = [] } of [services.worker, services.station]) {
      const inside = [...mounted.map((each: string) => each.split(':')[1]), ...tmpfs]
      for (const [, folder] of command.matchAll(/--(?:store|cache|models|data) (\S+)/g))
        expect(inside).toContain(folder)
    }
    const named = Object.values<{ volumes?: string[] }>(services)
      .flatMap((service) => service.volumes ?? [])
      .map((each) => each.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'))
    expect(Object.keys(volumes).sort()).toEqual([...new Set(named)].sort())
    expect(Object.keys(secrets)).toEqual(services.station.secrets)
  })

  it.skipIf(!composes)(
    `is understood by docker compose${composes ? '' : ' (skipped: its plugin is not installed)'}`,
    () => {
      const { status, stderr } = spawnSync('docker', ['compose', '-f', path, 'config', '--quiet'])
      expect(`${status} ${stderr}`).toBe('0 ')
    },
  )
})
