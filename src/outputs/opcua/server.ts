/** The OPC UA server itself: one endpoint, read only, certificates in a folder of the station and nowhere else. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { hostname as machineName } from 'node:os'
import { join } from 'node:path'
import {
  type AddressSpace,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
} from 'node-opcua'
import { present } from '../../present.ts'
import { addStationNodes, type StationNodes } from './address-space.ts'
import type { OpcuaServerSettings, SecurityMode } from './jobs.ts'
import type { PlcValues } from './plc-variables.ts'

export interface RunningServer {
  readonly url: string
  readonly nodes: StationNodes
  stop(): Promise<void>
}

const modes: Readonly<Record<SecurityMode, MessageSecurityMode>> = {
  none: MessageSecurityMode.None,
  sign: MessageSecurityMode.Sign,
  'sign-and-encrypt': MessageSecurityMode.SignAndEncrypt,
}

/** Those that are not broken: SHA-1 policies are left out. */
const policies = [
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Aes256_Sha256_RsaPss,
]

const shutdownMs = 500
const mostSessions = 20

/** @throws {Error} The port is taken, the folder cannot be written. */
export async function startServer(settings: OpcuaServerSettings, values: PlcValues): Promise<RunningServer> {
  const { name, host, hostname, port, security, user, certificates, station, version } = settings
  for (const silence of [setDebugLogger, setWarningLogger, setErrorLogger]) silence(() => {}) // failures are thrown too
  const server = new OPCUAServer({
    host,
    port,
    ...(hostname === null ? {} : { hostname }),
    nodesets: [nodesets.standard, nodesets.machineVision],
    serverCertificateManager: await certificateManager(join(certificates, 'server')),
    userCertificateManager: await certificateManager(join(certificates, 'users')),
    securityModes: security.map((mode) => modes[mode]),
    securityPolicies: security.flatMap((mode) => (mode === 'none' ? [SecurityPolicy.None] : policies)),
    allowAnonymous: user === null,
    ...(user === null ? {} : { userManager: { isValidUser: checkUser(user) } }),
    maxAllowedSessionNumber: mostSessions,
    maxConnectionsPerEndpoint: mostSessions,
    serverInfo: {
      applicationUri: `urn:${hostname ?? machineName()}:plumbline:${name}`,
      productUri: 'urn:plumbline',
      applicationName: { text: `Plumbline ${station}` },
    },
    buildInfo: { productName: 'Plumbline', softwareVersion: version },
  })
  try {
    await server.initialize()
    const addressSpace: AddressSpace = present(server.engine.addressSpace, 'an address space')
    const nodes = addStationNodes(addressSpace, values)
    await server.start()
    return { url: server.getEndpointUrl(), nodes, stop: () => server.shutdown(shutdownMs) }
  } catch (error) {
    await server.shutdown(0).catch(() => {}) // what went wrong before is what matters
    throw error
  }
}

/** Unknown clients are turned away; their certificates lie in `rejected/certs`, from where a person moves them to `trusted/certs`. */
async function certificateManager(rootFolder: string): Promise<OPCUACertificateManager> {
  const manager = new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: false })
  await manager.initialize()
  return manager
}

function checkUser({ name, password }: { readonly name: string; readonly password: string }) {
  return (givenName: string, givenPassword: string): boolean => {
    const right = [isSame(givenName, name), isSame(givenPassword, password)]
    return right.every(Boolean)
  }
}

/** Compared in constant time: by their hashes, which have one length. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}
