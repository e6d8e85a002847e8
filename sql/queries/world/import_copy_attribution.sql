-- Sources and licences.
COPY attribution (position, source, licence, notice, url) FROM STDIN
