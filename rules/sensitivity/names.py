# Names that recognisers.yaml must and must not take for sensitive. `label: a, b`: the next line has exactly these;
# `ok:`: it has none that blocks or asks.

# label: pii.ssn
logger.info(user.ssn)
# label: pii.ssn
logger.info(userSSN)
# label: pii.ssn
print(customer["social_security_number"])
# label: pci.card
log(order.cardNumber)
# label: pci.card
log(credit_card)
# label: pci.security_code
log(card.cvv2)
# label: secret.password
log(form.password)
# label: secret.password
log(DB_PASSWD)
# label: secret.api_key
send(settings.OPENAI_API_KEY)
# label: secret.api_key
send(AWS_SECRET_ACCESS_KEY)
# label: secret.api_key
send(request.headers["x-access-token"])
# label: secret.private_key
send(rsaPrivateKey)
# label: phi.diagnosis
log(patient.diagnosis)
# label: phi.diagnosis
log(patient.icd10)
# label: phi.record_number
log(patient.insurance_no)
# label: phi.record_number
log(record.mrn)
# label: pii.birth_date
log(person.date_of_birth)
# label: pii.government_id
log(traveller.passport_number)
# label: pii.bank_account
log(payee.iban)
# label: pii.email
log(user.email)
# label: secret.possible
log(token)

# ok: the thing itself is not there
log(user.id)
# ok: a digest
log(password_hash)
# ok: a digest
log(user.hashedPassword)
# ok: a length
log(ssn.length)
# ok: a length
log(password_length)
# ok: a yes or no
log(has_ssn)
# ok: a check of it
log(validate_card_number(x))
# ok: words of a text
log(token_count, max_tokens, tokens)
# ok: a place
log(private_key_path)
# ok: meant for everybody
log(public_key)
# ok: a name of a setting
log(api_key_name)
# ok: the working directory
log(pwd)
# ok: a computer's diagnosis
log(system.diagnosis)
# ok: an image of a program, and of a car
log(window.icd, car.insurance_number)
# ok: masked before
log(masked_ssn, card_number_masked, redactedPassword)
# ok: a primary key
log(order.key, primary_key, sort_key)
# ok: a form's field
log(password_field, email_input)
# ok: a greeting card
log(card, business_card, card_holder)
