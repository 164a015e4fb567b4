import logging.config
from logging.config import listen

# ruleid: logging-config-from-network
logging.config.listen(9999)
# ruleid: logging-config-from-network
listen()
# ok: logging-config-from-network
logging.config.fileConfig("log.ini")
# ok: logging-config-from-network
server.listen(9999)
