DROP TABLE sms_brakes;
DROP TABLE sms_messages;
DROP TABLE sms_codes;
DROP TABLE phones;
