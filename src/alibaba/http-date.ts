/**
 * Ms since the epoch of an HTTP-date, as every server has to write it: `Sun, 06 Nov 1994 08:49:37 GMT`; undefined for
 * anything else. Source: RFC 9110, section 5.6.7, IMF-fixdate
 */
export function readHttpDate(text: string | undefined): number | undefined {
  if (
    text === undefined ||
    !/^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/.test(text)
  )
    return undefined;
  const instant = Date.parse(text);
  // Written again it has to be the same: a wrong weekday or a 31st of June is no date.
  return !Number.isNaN(instant) && new Date(instant).toUTCString() === text ? instant : undefined;
}
