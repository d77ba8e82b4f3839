"""Numbers that people and companies give to things, and quantities."""

from kinds import digits, ean_digit, kind, luhn_digit, number


@kind("social-ids", "ids of nine digits beside the word social")
def social_ids(random, _):
    return random.choice(("social id {}", "social_media_id={}", "social: {}", '"social":{}', "social share count {}",
                          "social account {}")).format(number(random, 9))


@kind("social-ids-csv", "a table with ids of nine digits under the word social", head="name,social,followers\n")
def social_ids_csv(random, line):
    return f"page-{line},{number(random, 9)},{random.randint(1, 999999)}"


@kind("nine-digit-ids", "ids of nine digits")
def nine_digit_ids(random, _):
    return number(random, 9)


@kind("ten-digit-ids", "ids of ten digits")
def ten_digit_ids(random, _):
    return number(random, 10)


@kind("sequential-ids", "ids of ten digits that count up")
def sequential_ids(_, line):
    return str(2125550000 + line)


@kind("sequential-ids-csv", "a table whose key of eleven digits counts up", head="id,name\n")
def sequential_ids_csv(random, line):
    return f"{14155550000 + line * 3},row {digits(random, 2)}"


@kind("sixteen-digit-ids", "ids of 16 digits, one a line")
def sixteen_digit_ids(random, _):
    return number(random, 16)


@kind("sixteen-digit-sequence", "ids of 16 digits that count up, with the beginning of a card")
def sixteen_digit_sequence(_, line):
    return f"row {line}: {4000001234500000 + line}"


@kind("isbn", "ISBN-13 and ISBN-10")
def isbn(random, _):
    body = "978" + digits(random, 9)
    code = body + ean_digit(body)
    return random.choice((code, f"{code[:3]}-{code[3]}-{code[4:7]}-{code[7:12]}-{code[12]}",
                          f"{code[3]}-{code[4:7]}-{code[7:12]}-{random.choice('0123456789X')}"))


@kind("ean", "bar codes of goods")
def ean(random, _):
    body = str(random.randint(400, 509)) + digits(random, 9)
    return f"{body}{ean_digit(body)};{random.randint(1, 99)};{random.randint(1, 999)},{digits(random, 2)}"


@kind("snowflakes", "snowflake ids")
def snowflakes(random, line):
    return f'{{"id":{1200000000000000000 + line * 41943040000 + random.randint(0, 4194303)},"id_str":"{number(random, 18)}"}}'


@kind("imei", "IMEI numbers, which pass the check of cards")
def imei(random, _):
    body = str(random.randint(35, 99)) + digits(random, 12)
    return body + luhn_digit(body)


@kind("imei-table", "devices with IMEI and IMSI", head="device,imei,imsi\n")
def imei_table(random, line):
    body = "35" + digits(random, 12)
    return f"unit-{line},{body}{luhn_digit(body)},2620{digits(random, 11)}"


@kind("iccid", "numbers of SIM cards, which pass the check of cards")
def iccid(random, _):
    body = "8949" + digits(random, 14)
    return body + luhn_digit(body)


@kind("coordinates", "coordinates")
def coordinates(random, _):
    return f"{random.randint(-89, 89)}.{digits(random, 6)},{random.randint(-179, 179)}.{digits(random, 7)}"


@kind("coordinates-blank", "coordinates with blanks, as in WKT")
def coordinates_blank(random, _):
    return f"POINT ({random.randint(-179, 179)}.{digits(random, 8)} {random.randint(-89, 89)}.{digits(random, 8)})"


@kind("prices", "prices")
def prices(random, _):
    return f"EUR {random.randint(1, 999)}.{digits(random, 3)},{digits(random, 2)} / ${random.randint(1, 999)},{digits(random, 3)}.{digits(random, 2)}"


@kind("money-table", "a table of amounts", head="year;net;gross;tax\n")
def money_table(random, _):
    def amount():
        return f"{random.randint(1, 999)} {digits(random, 3)},{digits(random, 2)}"
    return f"{random.randint(1990, 2024)};{amount()};{amount()};{amount()}"


@kind("money-blank", "amounts with thousands by blanks")
def money_blank(random, _):
    return f"{random.randint(1, 999)} {digits(random, 3)} {digits(random, 3)} {random.randint(1, 999)} {digits(random, 3)}"


@kind("versions", "numbers of versions")
def versions(random, _):
    return f"lib{number(random, 2)} {random.randint(0, 20)}.{random.randint(0, 999)}.{random.randint(0, 9999)}.{random.randint(0, 99999)}"


@kind("order-numbers", "numbers of orders and invoices")
def order_numbers(random, _):
    return random.choice((f"order {number(random, 10)}", f"#{number(random, 12)}", f"{number(random, 3)}-{number(random, 7)}-{number(random, 7)}",
                          f"INV-2024-{digits(random, 8)}", f"PO {number(random, 8)}", f"invoice no. {number(random, 11)}"))


@kind("tracking-numbers", "numbers of parcels")
def tracking_numbers(random, _):
    return random.choice((number(random, 12), f"9400 1{digits(random, 3)} {digits(random, 4)} {digits(random, 4)} {digits(random, 4)} {digits(random, 2)}",
                          f"1Z{digits(random, 16)}", f"JD{digits(random, 18)}", f"00340{digits(random, 15)}", digits(random, 14)))


@kind("part-numbers", "numbers of parts with dashes")
def part_numbers(random, _):
    return random.choice((f"{number(random, 4)}-{number(random, 4)}-{digits(random, 2)}", f"P{number(random, 3)}-{digits(random, 2)}-{digits(random, 4)}",
                          f"{number(random, 5)}-{digits(random, 4)}", f"{number(random, 2)}-{digits(random, 5)}-{digits(random, 3)}"))


@kind("zip-plus-four", "US postal codes with four more digits")
def zip_plus_four(random, _):
    return f"{digits(random, 5)}-{digits(random, 4)}"


@kind("tle", "orbits of satellites")
def tle(random, line):
    catalogue = 10000 + line
    return f"1 {catalogue}U 98067A   24{random.randint(1, 366):03d}.{digits(random, 8)}  .000{digits(random, 5)}  00000-0  " \
           f"{digits(random, 5)}-3 0  999{random.randint(0, 9)}\n2 {catalogue}  51.{digits(random, 4)} {random.randint(0, 359):3d}.{digits(random, 4)} " \
           f"000{digits(random, 4)} {random.randint(0, 359):3d}.{digits(random, 4)} {random.randint(0, 359):3d}.{digits(random, 4)} " \
           f"15.{digits(random, 8)}{digits(random, 6)}"


@kind("nmea", "sentences of receivers of positions")
def nmea(random, _):
    return f"$GPGGA,{digits(random, 6)},{digits(random, 4)}.{digits(random, 4)},N,{digits(random, 5)}.{digits(random, 4)},E,1,08,0.9,{random.randint(1, 900)}.4,M,46.9,M,,*47"


@kind("sensor-csv", "values of sensors", head="time,a,b\n")
def sensor_csv(random, line):
    return f"{1700000000 + line},{random.randint(0, 999)}.{digits(random, 9)},{random.randint(0, 9)}.{digits(random, 12)}e-0{random.randint(1, 9)}"


@kind("ratings", "counts with marks of thousands")
def ratings(random, _):
    return f"{random.randint(1, 999)},{digits(random, 3)},{digits(random, 3)} views; {random.randint(1, 99)}'{digits(random, 3)}'{digits(random, 3)} bytes"


@kind("clock-times", "times of day and durations")
def clock_times(random, _):
    return f"{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d},{digits(random, 3)} --> " \
           f"{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d},{digits(random, 3)}"


@kind("phone-digits-in-words", "numbers inside names of things")
def digits_in_words(random, _):
    return f"IMG_{number(random, 11)}.jpg DSC{number(random, 8)} rev{number(random, 10)}a tmp{number(random, 10)}_x"
