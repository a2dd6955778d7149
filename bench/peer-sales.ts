// What a peer sold, as it writes it down: see bench/peers/README.md.
import type { Sales } from '../src/audit/sales.ts';
import type { Grant } from '../src/store/ledger.ts';
import type { SuspectRefusal } from '../src/store/refusals.ts';

const MAGIC = 'PEERSALE';
const GRANTS_AT = 24;
const GRANT_BYTES = 40;
const SUSPECT_BYTES = 24;

/** What clients were told. */
export interface PeerSales {
  readonly sales: Sales;
  /** Refusals that came while enough tickets seemed free, where the peer looks for them. */
  readonly suspects: readonly SuspectRefusal[];
}

export function encodeSales({
  grants,
  suspects,
}: {
  readonly grants: readonly Grant[];
  readonly suspects: readonly SuspectRefusal[];
}): Buffer {
  const suspectsAt = GRANTS_AT + grants.length * GRANT_BYTES;
  const bytes = Buffer.alloc(suspectsAt + suspects.length * SUSPECT_BYTES);
  bytes.write(MAGIC, 'latin1');
  bytes.writeBigUInt64LE(BigInt(grants.length), 8);
  bytes.writeBigUInt64LE(BigInt(suspects.length), 16);
  grants.forEach((grant, index) => {
    const at = GRANTS_AT + index * GRANT_BYTES;
    const { event, client, ticket, quantity, intendedNs, startNs, endNs } = grant;
    writeEntry(bytes, at, [event, client, ticket, quantity], [intendedNs, startNs, endNs]);
  });
  suspects.forEach(({ event, quantity, startNs, endNs }, index) => {
    const at = suspectsAt + index * SUSPECT_BYTES;
    writeEntry(bytes, at, [event, quantity], [startNs, endNs]);
  });
  return bytes;
}

function writeEntry(
  bytes: Buffer,
  at: number,
  ints: readonly number[],
  floats: readonly number[],
): void {
  ints.forEach((value, index) => {
    bytes.writeInt32LE(value, at + index * 4);
  });
  floats.forEach((value, index) => {
    bytes.writeDoubleLE(value, at + ints.length * 4 + index * 8);
  });
}

/** @throws Error when the file is not as long as it says, or no such file */
export function decodeSales(bytes: Buffer): PeerSales {
  if (bytes.length < GRANTS_AT || bytes.toString('latin1', 0, 8) !== MAGIC) {
    throw new Error(`what was sold does not begin with ${MAGIC}`);
  }
  const grants = Number(bytes.readBigUInt64LE(8));
  const suspects = Number(bytes.readBigUInt64LE(16));
  const suspectsAt = GRANTS_AT + grants * GRANT_BYTES;
  const expected = suspectsAt + suspects * SUSPECT_BYTES;
  if (bytes.length !== expected) {
    throw new Error(
      `${grants} grants and ${suspects} suspects take ${expected} bytes; got ${bytes.length}`,
    );
  }
  return {
    sales: decodeGrants(bytes, grants),
    suspects: Array.from({ length: suspects }, (_, index) => {
      const at = suspectsAt + index * SUSPECT_BYTES;
      return {
        event: bytes.readInt32LE(at),
        quantity: bytes.readInt32LE(at + 4),
        startNs: bytes.readDoubleLE(at + 8),
        endNs: bytes.readDoubleLE(at + 16),
      };
    }),
  };
}

function decodeGrants(bytes: Buffer, count: number): Sales {
  // A copy begins where numbers of eight bytes may; what was read need not.
  const { buffer } = new Uint8Array(bytes);
  const ints = new Int32Array(buffer, GRANTS_AT, (count * GRANT_BYTES) / 4);
  const floats = new Float64Array(buffer, GRANTS_AT, (count * GRANT_BYTES) / 8);
  return {
    count,
    event: column(ints, 0, new Int32Array(count)),
    client: column(ints, 1, new Int32Array(count)),
    ticket: column(ints, 2, new Int32Array(count)),
    quantity: column(ints, 3, new Int32Array(count)),
    intendedNs: column(floats, 2, new Float64Array(count)),
    startNs: column(floats, 3, new Float64Array(count)),
    endNs: column(floats, 4, new Float64Array(count)),
    anyReturned: false,
    returnStartNs: new Float64Array(0),
    returnEndNs: new Float64Array(0),
    dishonoured: [],
  };
}

/** Every so many-th value of `from`, which has as many in a grant. */
function column<Values extends Int32Array | Float64Array>(
  from: Values,
  first: number,
  into: Values,
): Values {
  const step = GRANT_BYTES / from.BYTES_PER_ELEMENT;
  for (let i = 0; i < into.length; i++) into[i] = from[i * step + first] as number;
  return into;
}
