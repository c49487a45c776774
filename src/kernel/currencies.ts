/**
 * ISO 4217, list one, up to amendment 180 (BGN gone since 2026-01-01, XCG instead of ANG).
 *
 * Codes without a minor unit (XXX, XTS, XDR, XSU, XUA, the metals, the bond units) are not here:
 * no amount can be written in them.
 */
const TWO_DECIMALS = `
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
  CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
  GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ISK JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
  MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
  PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
  TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`;

/** ISK is 2 above although ISO says 0: card processors report it with two decimals. */
const NO_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DECIMALS = 'CLF UYW';

/** Retired within our retention: no new amount is taken in them, a stored one is still written out. */
const RETIRED = 'ANG BGN CUC HRK SLL ZWL';

function table(decimals: number, codes: string): [string, number][] {
  return codes
    .trim()
    .split(/\s+/)
    .map((code) => [code, decimals]);
}

/** Decimals of each active code. */
export const ACTIVE_CURRENCIES: ReadonlyMap<string, number> = new Map([
  ...table(0, NO_DECIMALS),
  ...table(2, TWO_DECIMALS),
  ...table(3, THREE_DECIMALS),
  ...table(4, FOUR_DECIMALS),
]);

export const RETIRED_CURRENCIES: ReadonlyMap<string, number> = new Map(table(2, RETIRED));
